# step NAME COMMAND…: one step of a recipe, or what the codebase says in its place (`steps:` in codebases.yml). When it fails, one
# plain line why is added to $work/reasons for `end.sh`. Of a long output the log gets the beginning and the end. $work/steps gets a
# line for every step that ended: name, began, ended, exit status. Both are only ever added to: steps may run side by side. A step that
# still runs when the build's time is nearly up ($ends, begin.sh) is ended, so that somebody learns which one it was.
set -uo pipefail
name=$1
shift
own=$(printenv "DROVER_STEP_$(echo "$name" | tr a-z- A-Z_)" || true)
if [ -n "$own" ]; then
  echo "$name, as codebases.yml says: $own"
  set -- bash -eo pipefail -c "$own"
fi
log="$work/$name.log"
tool="node $CODEBUILD_SRC_DIR_drover/recipe.mjs"
began=${EPOCHREALTIME:-$(date +%s)}
(
  sh -c 'echo "$PPID"' > "$work/$name.pid"
  exec "$@"
) 2>&1 | $tool bounded "$log" "$work/$name.pid" "${ends:-}"
ended=("${PIPESTATUS[@]}")
code=$((ended[0] == 0 ? ended[1] : ended[0]))
# Where the disk is full, this is the room in which it can be said.
if [ "$code" -ne 0 ]; then rm -f "$work/reserve"; fi
echo "$name $began ${EPOCHREALTIME:-$(date +%s)} $code" >> "$work/steps"
if [ "$code" -eq 0 ]; then exit 0; fi
case "$name" in *test) reports="$CODEBUILD_SRC_DIR/.drover/reports" ;; *) reports= ;; esac
$tool reason "$name" "$code" "$log" "$reports" | tee -a "$work/reasons"
exit "$code"
