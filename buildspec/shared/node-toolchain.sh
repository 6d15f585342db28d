# Sourced: the Node and the package manager that the codebase asks for. AWS's build images hold `n`, which installs another Node.
wanted=
for file in .nvmrc .node-version; do
  if [ -z "$wanted" ] && [ -f "$file" ]; then wanted=$(tr -d 'v \r' < "$file" | head -n 1); fi
done
case "$wanted" in
  [0-9]*)
    case "$(node --version)" in
      "v$wanted" | "v$wanted".*) ;;
      *) if command -v n > /dev/null && [ -n "${CODEBUILD_CONTAINER:-}${CODEBUILD_AGENT_ENV_CODEBUILD_REGION:-}" ]; then n "$wanted" && hash -r; fi ;;
    esac
    ;;
esac
npm_config_cache="$CODEBUILD_SRC_DIR/.drover/cache/npm"
npm_config_update_notifier=false
COREPACK_HOME="$CODEBUILD_SRC_DIR/.drover/cache/corepack"
COREPACK_ENABLE_DOWNLOAD_PROMPT=0
node_wanted=$wanted
if [ -d "$npm_config_cache/_cacache" ]; then echo warm > "$work/cache"; else echo cold > "$work/cache"; fi
if [ -f pnpm-lock.yaml ] || [ -f yarn.lock ]; then
  mkdir -p "$work/bin"
  PATH="$work/bin:$PATH"
  if command -v corepack > /dev/null; then corepack enable --install-directory "$work/bin"; fi
fi
export npm_config_cache npm_config_update_notifier COREPACK_HOME COREPACK_ENABLE_DOWNLOAD_PROMPT node_wanted PATH
