# Sourced first: where things are. Variables set here are seen by every later command.
shared="$CODEBUILD_SRC_DIR_drover/shared"
step="bash $shared/step.sh"
check="bash $shared/check.sh"
passed="bash $shared/passed.sh"
# Beside the source, so that no linter of the codebase meets it.
work="$CODEBUILD_SRC_DIR/../.drover-work"
rm -rf "$work" && mkdir -p "$work" "$CODEBUILD_SRC_DIR/.drover/reports"
work=$(cd "$work" && pwd)
echo '.drover/' >> "$(git rev-parse --git-path info/exclude)"
export CI=true shared step check passed work
