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
echo '.drover/' >> "$(git rev-parse --git-path info/exclude)"
# For what works beside other steps (copy.sh).
copy="$work/copy"
# What is kept for the next build (kept-cache.sh).
kept="$work/kept"
export CI=true shared step check passed beside work copy kept
