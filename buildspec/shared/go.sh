# go.sh install | program | fmt | vet | test | build | keep: one step of the Go recipe.
set -euo pipefail
say() { echo "drover: $1" >&2; exit 1; }
tool="node $CODEBUILD_SRC_DIR_drover/recipe.mjs"

# Two archives, since modules change with go.sum alone and compiled packages with the code. Go finds both by checksum: a module as go.sum
# says (checked where it is downloaded), a compiled package by all that went into it, the compiler's own identity too.
kept_modules() {
  if [ "$go_caches" != kept ] || [ -d vendor ]; then return; fi
  bash "$shared/kept-cache.sh" "$1" gomodules "$GOMODCACHE" 'module cache' go.mod go.sum go.work go.work.sum
}
kept_packages() {
  if [ "$go_caches" != kept ]; then return; fi
  if [ "$1" = keep ]; then trim; fi
  # Go writes an index of the source's own packages anew in each build, so the names of the files do not say whether all was there.
  DROVER_TREE=$(git rev-parse 'HEAD^{tree}') bash "$shared/kept-cache.sh" "$1" go "$GOCACHE" "$(go version) $(go env CGO_ENABLED)" go.mod go.sum go.work go.work.sum
  if [ "$1" = restore ]; then age; fi
}

# What this build does not use is not kept. Go gives an entry that it uses the time of now if that is more than an hour older, and
# removes by itself what is five days old (cmd/go/internal/cache, markUsed and Trim): so all are a day old before, and those that are still go after.
age() {
  local yesterday
  yesterday=$(node -p 'new Date(Date.now() - 86_400_000).toISOString()')
  if [ -d "$GOCACHE" ]; then find "$GOCACHE" -mindepth 2 -maxdepth 2 -exec touch -d "$yesterday" {} +; fi
}
trim() { if [ -d "$GOCACHE" ]; then find "$GOCACHE" -mindepth 2 -maxdepth 2 -mmin +720 -exec rm -rf {} +; fi; }

keep() { kept_packages keep && kept_modules keep; }

install() {
  command -v go > /dev/null || say 'go is not on this machine: install Go (https://go.dev/dl)'
  [ -f go.mod ] || say 'there is no go.mod'
  kept_modules restore
  # The first that reads go.mod: it fails where the toolchain that go.mod asks for cannot be had.
  go list -m > /dev/null 2> "$work/go-version" || say "$(grep -m 1 . "$work/go-version" | sed 's/^go: //')"
  go version
  kept_packages restore
  if [ -d vendor ]; then return; fi
  if [ ! -f go.sum ] && [ "$(go mod edit -json | $tool go-needs-sum)" = true ]; then say 'there is no go.sum: commit it (go mod tidy)'; fi
  go mod download
}

# A mistake in the choice of the program is said before anything is compiled. By itself where the codebase's own step took the place of `install`.
program() {
  go list -f '{{if eq .Name "main"}}{{.ImportPath}} {{.Dir}}{{end}}' ./... > "$work/mains"
  here=$(pwd -P)
  sed -e "s| $here\$| .|" -e "s| $here/| |" "$work/mains" > "$work/programs"
  $tool go-program "$work/programs" > "$work/program"
}

vet() { go vet ./...; }

fmt() {
  # Only what is in git: neither a vendored tree nor what a build leaves.
  git ls-files -z -- '*.go' ':!vendor/' ':!*/vendor/' ':!*/testdata/*' | xargs -0 -r gofmt -l -- > "$work/unformatted"
  if [ -s "$work/unformatted" ]; then
    cat "$work/unformatted"
    say "gofmt would change $(tr '\n' ' ' < "$work/unformatted")"
  fi
}

run_tests() {
  local code=0
  # Vetted already; a result out of the cache is no test of this build.
  go test -json -vet=off -count=1 ./... > "$work/go-test.jsonl" 2> "$work/go-test.err" || code=$?
  $tool go-text "$work/go-test.jsonl"
  cat "$work/go-test.err"
  $tool go-junit "$work/go-test.jsonl" > "$CODEBUILD_SRC_DIR/.drover/reports/go.xml"
  return "$code"
}

build() {
  read -r package _ name < "$work/program"
  local platform architecture to other
  for platform in $platforms; do
    architecture=${platform#linux/}
    to=${image/'{arch}'/$architecture}
    rm -rf "$to" && mkdir "$to"
    # Where it is not this machine's own, Go compiles for it all the same, since no C is in it.
    other=
    if [ "$platform" != "$own_platform" ]; then other="GOOS=linux GOARCH=$architecture"; fi
    env $other CGO_ENABLED=0 go build -trimpath -buildvcs=true -ldflags=-buildid= -o "$to/$name" "$package"
    # The program itself says its commit: https://pkg.go.dev/runtime/debug#BuildSetting
    go version -m "$to/$name" | tee "$work/buildinfo"
    grep -q "vcs.revision=$DROVER_COMMIT\$" "$work/buildinfo" || say "the program does not say that it is $DROVER_COMMIT"
    grep -q 'vcs.modified=false$' "$work/buildinfo" || say "files in git were changed while it was built: $(git status --short | head -n 3 | tr '\n' ' ')"
  done
}

case "$1" in
  install) install && program ;;
  test) run_tests ;;
  *) "$1" ;;
esac
