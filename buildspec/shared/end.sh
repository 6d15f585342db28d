# Sourced at the end of every phase, failed or not: the reasons become an exported variable, which is told where the log is not.
if [ -s "$work/reasons" ]; then export DROVER_REASON="$(node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" reasons "$work/reasons")"; fi
