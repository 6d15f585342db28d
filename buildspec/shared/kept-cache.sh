# kept-cache.sh restore | keep KIND FOLDER LOCKFILE TOOLCHAIN: a package manager's own cache, as an archive beside the codebase's
# images. It holds what the lockfile's checksums name, so it can be missing but not wrong; nothing is kept anew where all was there.
set -eu
printf '%s\n' "$5" > "$work/$2-toolchain"
# As it was committed: `npm prune` writes it anew.
if [ "$1" = restore ]; then cp "$4" "$work/$2-lock"; fi
if ! node "$CODEBUILD_SRC_DIR_drover/cache.mjs" "$1" --kind "$2" --folder "$3" --toolchain "$work/$2-toolchain" --lock "$work/$2-lock" \
  --state "$work/$2-restored.json" > "$work/$2-said"; then
  echo 'cold: the archive could not be asked for' > "$work/$2-said"
fi
if [ "$1" = restore ]; then
  cp "$work/$2-said" "$work/cache"
  echo "cache: $(cat "$work/cache")"
else
  cat "$work/$2-said"
fi
