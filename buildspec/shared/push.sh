# push.sh FOLDER ENTRYPOINT [OPTIONS…]: the folder becomes the image of this commit; or push.sh --archive FILE, an image as BuildKit made
# it. Nothing is pushed from a build that failed.
set -eu
if [ "$1" = --archive ]; then made=(--archive "$2"); else made=(--folder "$1" --entrypoint "$2" --base "$DROVER_BASE"); fi
shift 2
if [ "${CODEBUILD_BUILD_SUCCEEDING:-1}" != 1 ] || [ -e "$work/failed" ]; then
  echo 'drover: the build failed, so nothing is pushed' >&2
  exit 1
fi
bash "$shared/commit.sh"
for platform in $platforms; do set -- "$@" --platform "$platform"; done
node "$CODEBUILD_SRC_DIR_drover/image.mjs" "${made[@]}" --codebase "$DROVER_CODEBASE" \
  --commit "$DROVER_COMMIT" --created "$(git show -s --format=%ct HEAD)" --source "${DROVER_SOURCE:-}" \
  --size "$work/image-bytes" "$@" > "$work/digest"
