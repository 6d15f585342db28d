# Sourced first: where things are. Variables set here are seen by every later command.
shared="$CODEBUILD_SRC_DIR_drover/shared"
step="bash $shared/step.sh"
check="bash $shared/check.sh"
passed="bash $shared/passed.sh"
beside="node $CODEBUILD_SRC_DIR_drover/recipe.mjs beside"
# Beside the source, so that no linter of the codebase meets it.
work="$CODEBUILD_SRC_DIR/../.drover-work"
rm -rf "$work" && mkdir -p "$work" "$CODEBUILD_SRC_DIR/.drover/reports"
work=$(cd "$work" && pwd)
# A clone need not have the folder (git-init(1), templates).
mkdir -p "$(git rev-parse --git-path info)"
echo '.drover/' >> "$(git rev-parse --git-path info/exclude)"
# For what works beside other steps (copy.sh).
copy="$work/copy"
# What is kept for the next build (kept-cache.sh).
kept="$work/kept"
# Room to say that there is none (step.sh).
head -c 1000000 /dev/zero > "$work/reserve"
# When a step is ended that still runs, in seconds since 1970: before CodeBuild ends the build, which says no step's name.
ends=
if [ -n "${DROVER_SECONDS:-}" ]; then ends=$(($(date +%s) + DROVER_SECONDS)); fi
# What the image is for, and where its files lie: a folder for each platform if they differ. A mistake is told by the first step (commit.sh).
platforms=$(node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" platforms 2> /dev/null || true)
own_platform=$(DROVER_PLATFORMS='' node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" platforms)
case "$platforms" in *' '*) image="$work/image-{arch}" ;; *) image="$work/image" ;; esac
export CI=true shared step check passed beside work copy kept platforms own_platform image ends
