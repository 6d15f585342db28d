# Sourced at the end of every phase, failed or not: why it failed and what is known of it so far become exported variables, which are
# told where the log is not.
if [ -s "$work/reasons" ]; then export DROVER_REASON="$(node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" reasons "$work/reasons")"; fi
if [ -s "$work/steps" ]; then export DROVER_FACTS="$(node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" facts "$work" "$CODEBUILD_SRC_DIR/.drover/reports")"; fi
