# The source must be the commit that was asked for, and whole: everything after this speaks of it.
set -eu
say() { echo "drover: $1" >&2; exit 1; }
node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" platforms > /dev/null
here=$(git rev-parse HEAD)
if [ "$here" != "$DROVER_COMMIT" ]; then say "the source is $here, not $DROVER_COMMIT"; fi

submodule=$(git ls-files -s | sed -n 's/^160000 [0-9a-f]* [0-3]\t//p' | head -n 1)
if [ -n "$submodule" ]; then say "$submodule is a git submodule, whose files a build does not get: keep them in the repository, or make it a dependency"; fi
# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: a pointer is under 1024 bytes, and this is its first line.
pointer='version https://git-lfs.github.com/spec/v1'
git grep -lz --cached -F "$pointer" -- . 2> /dev/null | while IFS= read -r -d '' file; do
  if [ ! -L "$file" ] && [ "$(head -n 1 -- "$file")" = "$pointer" ] && [ "$(wc -c < "$file")" -lt 1024 ]; then
    say "$file is a pointer to Git LFS, whose files a build does not get: keep it in the repository, or fetch it while it runs"
  fi
done || exit 1
