# kept-cache.sh restore | keep KIND FOLDER TOOLCHAIN [LOCKFILES…]: a tool's own cache, as an archive beside the codebase's images. All
# these find what they hold by its content or checksum, so it can be missing but not wrong; nothing is kept anew where all was there,
# or where it was made of the same DROVER_TREE.
set -eu
does=$1 kind=$2 folder=$3 toolchain=$4
shift 4
if [ "$does" = restore ]; then
  printf '%s\n' "$toolchain" > "$work/$kind-toolchain"
  # As they were committed: `npm prune` writes its own anew.
  for lock in "$@"; do if [ -f "$lock" ]; then cat "$lock"; fi; done > "$work/$kind-lock"
elif [ ! -e "$work/$kind-restored.json" ]; then
  # The codebase's own step took the place of the one that restores.
  exit 0
fi
if ! node "$CODEBUILD_SRC_DIR_drover/cache.mjs" "$does" --kind "$kind" --folder "$folder" --toolchain "$work/$kind-toolchain" \
  --lock "$work/$kind-lock" --state "$work/$kind-restored.json" ${DROVER_TREE:+--tree "$DROVER_TREE"} > "$work/$kind-said"; then
  echo 'cold: the archive could not be asked for' > "$work/$kind-said"
fi
if [ "$does" = restore ]; then
  cp "$work/$kind-said" "$work/cache"
  echo "cache: $(cat "$work/cache")"
else
  cat "$work/$kind-said"
fi
