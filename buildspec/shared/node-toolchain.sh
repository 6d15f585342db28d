# Sourced: the Node that the codebase asks for (.nvmrc, .node-version, `engines`), and where its package manager will lie. AWS's build images hold `n`, which
# installs another Node; a person's own machine is left as it is, and told (node.sh).
node_wanted=
for file in .nvmrc .node-version; do
  if [ -z "$node_wanted" ] && [ -f "$file" ]; then node_wanted=$(tr -d 'v \r' < "$file" | head -n 1); fi
done
if [ -z "$node_wanted" ] && [ -f package.json ]; then
  node_wanted=$(node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" node-from-engines) || node_wanted=
fi
case "$node_wanted" in
  # The recipe itself runs on it (node.sh).
  [0-9] | [0-9].* | 1[0-9] | 1[0-9].*) ;;
  [0-9]*)
    case "$(node --version)" in
      "v$node_wanted" | "v$node_wanted".*) ;;
      *) if command -v n > /dev/null && [ "$CODEBUILD_BUILD_IMAGE" != local ]; then n "$node_wanted" && hash -r; fi ;;
    esac
    ;;
esac
npm_config_cache="$kept/npm"
npm_config_update_notifier=false
PATH="$work/tools/node_modules/.bin:$PATH"
# Yarn's first and second generation; what the repository itself holds (.yarn/cache, "zero-installs") stays there.
if ! git ls-files -- .yarn/cache | grep -q .; then
  YARN_GLOBAL_FOLDER="$kept/yarn"
  YARN_CACHE_FOLDER="$kept/yarn/cache"
  export YARN_GLOBAL_FOLDER YARN_CACHE_FOLDER
fi
# Which packages of the repository are needed, the service last (node.sh); the root alone, until something else is found.
echo . > "$work/needed"
: > "$work/others"
echo 'cold: the install step is of its own' > "$work/cache"
export npm_config_cache npm_config_update_notifier node_wanted PATH
