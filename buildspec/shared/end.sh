# Sourced at the end of every phase, failed or not: the reason becomes an exported variable, which is told where the log is not.
if [ -s "$work/reason" ]; then export DROVER_REASON="$(head -n 1 "$work/reason")"; fi
