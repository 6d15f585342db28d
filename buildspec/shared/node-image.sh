# The image of a Node service: what is in git or was built, and the packages of production.
set -eu
tool="node $CODEBUILD_SRC_DIR_drover/recipe.mjs"
entrypoint=$($tool node-entrypoint)
to="$work/image"
rm -rf "$to" && mkdir "$to"

git ls-files -z > "$work/files"
cat "$work/built" >> "$work/files"
# Nothing of the repository's own housekeeping runs.
tar -cf - --null --no-recursion --exclude=.git --exclude=.github --exclude=.gitignore --exclude=.gitattributes --exclude=.drover \
  --exclude=node_modules -T "$work/files" | tar -xf - -C "$to"

if [ "$($tool node-has-dependencies)" = true ]; then
  if [ -f pnpm-lock.yaml ]; then pnpm prune --prod
  elif [ -f .yarnrc.yml ]; then yarn workspaces focus --all --production
  elif [ -f yarn.lock ]; then yarn install --production --frozen-lockfile --ignore-scripts --prefer-offline --non-interactive
  else npm prune --omit=dev --no-audit --no-fund --ignore-scripts
  fi
  # The last three hold times and paths of this build.
  tar -cf - --exclude=node_modules/.cache --exclude=.modules.yaml --exclude=.yarn-integrity --exclude=.yarn-state.yml node_modules \
    | tar -xf - -C "$to"
fi

major=$(node -p 'process.versions.node.split(".")[0]')
export DROVER_BASE="${DROVER_BASE//'{node}'/$major}"
bash "$shared/push.sh" "$to" "$entrypoint" --env NODE_ENV=production
bash "$shared/node.sh" keep
