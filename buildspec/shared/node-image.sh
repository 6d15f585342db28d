# The image of a Node service: what is in git or was built (node.sh, `built`), and the packages of production.
set -eu
tool="node $CODEBUILD_SRC_DIR_drover/recipe.mjs"
service=$(tail -n 1 "$work/needed")
entrypoint=$($tool node-entrypoint "$service")
to="$work/image"
depends=
while IFS= read -r folder; do
  if [ "$($tool node-has-dependencies "$folder")" = true ]; then depends=1; fi
done < "$work/needed"
if [ -n "$depends" ]; then
  # What tests left among the packages, such as a cache of how long each took.
  git ls-files -z --others -- ':(glob)**/node_modules/**' | sort -z | comm -z -13 "$work/after-build" - > "$work/left-by-tests"
  xargs -0 -r rm -f -- < "$work/left-by-tests"
  xargs -0 -r dirname -z -- < "$work/left-by-tests" | sort -zu | xargs -0 -r rmdir -p --ignore-fail-on-non-empty --
  if [ -f pnpm-lock.yaml ] && [ "$service" != . ]; then pnpm install --prod --frozen-lockfile --prefer-offline --store-dir "$kept/pnpm"
  elif [ -f pnpm-lock.yaml ]; then pnpm prune --prod
  elif [ -f .yarnrc.yml ]; then yarn workspaces focus --all --production
  elif [ -f yarn.lock ]; then yarn install --production --frozen-lockfile --ignore-scripts --prefer-offline --non-interactive
  else npm prune --omit=dev --no-audit --no-fund --ignore-scripts
  fi
  { echo .; cat "$work/needed"; } | sort -u | while IFS= read -r folder; do
    if [ ! -d "$folder/node_modules" ]; then continue; fi
    # All but the first hold times and paths of this build.
    tar -cf - --exclude=node_modules/.cache --exclude=.modules.yaml --exclude=.yarn-integrity --exclude=.yarn-state.yml \
      --exclude='.pnpm-workspace-state*' "./$folder/node_modules" | tar -xf - -C "$to"
  done
  # What leads to the repository's other packages leads nowhere here (-xtype is GNU's; where it is not, such links stay and do no harm).
  find "$to" -path '*/node_modules/*' -xtype l -exec rm -f {} + 2> /dev/null || true
fi

major=$(node -p 'process.versions.node.split(".")[0]')
export DROVER_BASE="${DROVER_BASE//'{node}'/$major}"
bash "$shared/push.sh" "$to" "$entrypoint" --within "$service" --env NODE_ENV=production
bash "$shared/keep.sh" node.sh
