# check NAME COMMAND…: a step that may fail without hiding what the others would say; `passed.sh` then ends the build.
bash "$shared/step.sh" "$@" || echo "$1" >> "$work/failed"
