# Sourced last: what the build says it made.
export DROVER_DIGEST="$(cat "$work/digest")"
export DROVER_CACHE="$(cat "$work/cache")"
