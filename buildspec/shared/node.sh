# node.sh install | before | check | build | built | test | keep: one step of the Node recipe, by the package manager whose lockfile is there.
set -eu
say() { echo "drover: $1" >&2; exit 1; }
script() { node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" node-script "$1" "${2:-.}"; }
has() { [ -n "$(script "$1" "${2:-.}")" ]; }
# Where a script is run: at the root if it is there, which then speaks for its packages; else in each that is needed, in their order.
places() {
  if has "$1"; then echo .; return; fi
  while IFS= read -r folder; do if has "$1" "$folder"; then echo "$folder"; fi; done < "$work/needed"
}
run() {
  places "$1" > "$work/places-$1"
  while IFS= read -r folder; do (cd "$folder" && "$manager" run "$1" < /dev/null) || return; done < "$work/places-$1"
}

locks=
[ -f package-lock.json ] || [ -f npm-shrinkwrap.json ] && locks="$locks npm"
[ -f pnpm-lock.yaml ] && locks="$locks pnpm"
[ -f yarn.lock ] && locks="$locks yarn"
manager=${locks# }

# What a package manager fetched, which it finds again by the checksums of its lockfile. npm's outlives npm's own versions
# (https://github.com/npm/cacache): only its format counts.
kept() {
  case "$manager" in
    npm)
      lock=package-lock.json
      if [ -f npm-shrinkwrap.json ]; then lock=npm-shrinkwrap.json; fi
      bash "$shared/kept-cache.sh" "$1" npm "$npm_config_cache/_cacache" 'cacache content-v2 index-v5' "$lock"
      ;;
    pnpm) bash "$shared/kept-cache.sh" "$1" pnpm "$kept/pnpm" "pnpm $(pnpm --version | cut -d. -f1)" pnpm-lock.yaml ;;
    yarn)
      if [ -n "${YARN_CACHE_FOLDER:-}" ]; then
        bash "$shared/kept-cache.sh" "$1" yarn "$YARN_CACHE_FOLDER" "yarn $(yarn --version | cut -d. -f1)" yarn.lock
      elif [ "$1" = restore ]; then
        echo 'cold: the packages are in the repository' > "$work/cache"
      fi
      ;;
  esac
}

# pnpm and yarn in the version that `packageManager` names, through npm itself: corepack leaves Node with version 25, and does not
# know npm's registry settings.
bring_manager() {
  wanted=$(node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" node-package-manager)
  case "$manager:$wanted" in
    npm:*) return ;;
    pnpm:pnpm@*) package=$wanted ;;
    pnpm:*) package=pnpm@10 ;;
    yarn:yarn@1*) package=$wanted ;;
    yarn:yarn@*) package=@yarnpkg/cli-dist@${wanted#yarn@} ;;
    yarn:*) if [ -f .yarnrc.yml ]; then package=@yarnpkg/cli-dist@4; else package=yarn@1; fi ;;
  esac
  npm install --prefix "$work/tools" --no-audit --no-fund --prefer-offline "$package"
}

install() {
  [ -f package.json ] || say 'there is no package.json'
  case "$manager" in
    '') say 'there is no lockfile: commit package-lock.json (or pnpm-lock.yaml, or yarn.lock)' ;;
    *' '*) say "there are lockfiles of $manager: keep one" ;;
  esac
  case "${node_wanted:-}" in
    [0-9] | [0-9].* | 1[0-9] | 1[0-9].*) say "the codebase asks for Node $node_wanted: nothing older than Node 20 is built" ;;
    [0-9]*) case "$(node --version)" in "v$node_wanted" | "v$node_wanted".*) ;; *) say "the codebase asks for Node $node_wanted, here is $(node --version)" ;; esac ;;
  esac
  git ls-files -z > "$work/tracked"
  node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" node-workspace "$work/tracked" > "$work/needed"
  node "$CODEBUILD_SRC_DIR_drover/recipe.mjs" node-workspace "$work/tracked" others > "$work/others"
  bring_manager
  kept restore
  case "$manager" in
    npm) npm ci --no-audit --no-fund --prefer-offline ;;
    pnpm) pnpm install --frozen-lockfile --prefer-offline --store-dir "$kept/pnpm" ;;
    yarn) if [ -f .yarnrc.yml ]; then yarn install --immutable; else yarn install --frozen-lockfile --non-interactive; fi ;;
  esac
}

# What one of them finds does not hide what the others would.
check() {
  ran= failed=
  for name in lint check typecheck; do
    if [ -n "$(places "$name")" ]; then
      run "$name" || failed=1
      ran="$ran $name"
    fi
  done
  # Types are checked even where no script says so; a package that stands on others of its repository needs them built first.
  case "$ran:$(cat "$work/needed")" in
    *check*) ;;
    *:.)
      if [ -f tsconfig.json ] && [ -x node_modules/.bin/tsc ]; then
        node_modules/.bin/tsc --noEmit -p . || failed=1
        ran=tsc
      fi
      ;;
  esac
  if [ -z "$ran" ]; then echo 'no lint, check or typecheck script, and no tsconfig.json: nothing to check'; fi
  [ -z "$failed" ]
}

build() { if [ -n "$(places build)" ]; then run build; else echo 'no build script'; fi; }

# What is in git and what the build made belong to the image, as they are before tests run, which work in the same tree. Nothing of the
# repository's own housekeeping runs, nor of its other packages.
others() { git ls-files -z --others | sort -z; }
before() { others > "$work/before"; }
built() {
  others > "$work/after-build"
  git ls-files -z > "$work/files"
  comm -z -13 "$work/before" "$work/after-build" >> "$work/files"
  sed 's|$|/*|' "$work/others" > "$work/left-out"
  rm -rf "$work/image" && mkdir "$work/image"
  tar -cf - --null --no-recursion --exclude=.git --exclude=.github --exclude=.gitignore --exclude=.gitattributes --exclude=.drover \
    --exclude=node_modules --anchored -X "$work/left-out" -T "$work/files" | tar -xf - -C "$work/image"
}

run_tests() {
  places test > "$work/places-test"
  if [ ! -s "$work/places-test" ]; then echo 'package.json has no test script'; return; fi
  code=0
  while IFS= read -r folder; do
    # Those of one package do not hide those of another.
    (test_in "$folder" < /dev/null) || code=$?
  done < "$work/places-test"
  return "$code"
}

test_in() {
  report="$CODEBUILD_SRC_DIR/.drover/reports/$(echo "$1" | tr -c 'a-zA-Z0-9\n' -)"
  command=$(script test "$1")
  cd "$1"
  case "$command" in
    'node --test'*)
      spec='--test-reporter=spec --test-reporter-destination=stdout'
      NODE_OPTIONS="${NODE_OPTIONS:-} $spec --test-reporter=junit --test-reporter-destination=$report-node.xml" "$manager" run test
      ;;
    # Of several commands only the last would get the options.
    *['&|;']*) "$manager" run test ;;
    'vitest run'*)
      set -- --reporter=default --reporter=junit --outputFile.junit="$report-vitest.xml"
      # npm alone takes options for itself up to a `--`; pnpm and Yarn 4 would hand that on, and Vitest read no further.
      if [ "$manager" = npm ]; then set -- -- "$@"; fi
      "$manager" run test "$@"
      ;;
    *) "$manager" run test ;;
  esac
}

case "$1" in
  test) run_tests ;;
  keep) kept keep ;;
  *) "$1" ;;
esac
