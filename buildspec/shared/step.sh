# step NAME COMMAND…: one step of a recipe. When it fails, one plain line why is left in $work/reason for `end.sh`.
set -uo pipefail
name=$1
shift
log="$work/$name.log"
"$@" 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
[ "$code" -eq 0 ] && exit 0
case "$name" in *test) reports="$CODEBUILD_SRC_DIR/.drover/reports" ;; *) reports= ;; esac
node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" reason "$name" "$code" "$log" "$reports" | tee "$work/reason"
exit "$code"
