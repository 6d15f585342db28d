# go.sh install | fmt | vet | test | build: one step of the Go recipe.
set -euo pipefail
say() { echo "drover: $1" >&2; exit 1; }
tool="node $CODEBUILD_SRC_DIR_drover/recipe.mjs"

install() {
  command -v go > /dev/null || say 'go is not on this machine: install Go (https://go.dev/dl)'
  [ -f go.mod ] || say 'there is no go.mod'
  # The first that reads go.mod: it fails where the toolchain that go.mod asks for cannot be had.
  go list -m > /dev/null 2> "$work/go-version" || say "$(grep -m 1 . "$work/go-version" | sed 's/^go: //')"
  go version
  if [ -d vendor ]; then return; fi
  if [ ! -f go.sum ] && [ "$(go mod edit -json | $tool go-needs-sum)" = true ]; then say 'there is no go.sum: commit it (go mod tidy)'; fi
  go mod download
}

# A mistake in the choice of the program is said before anything is compiled.
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
  rm -rf "$work/image" && mkdir "$work/image"
  CGO_ENABLED=0 go build -trimpath -buildvcs=true -ldflags=-buildid= -o "$work/image/$name" "$package"
  # The program itself says its commit: https://pkg.go.dev/runtime/debug#BuildSetting
  go version -m "$work/image/$name" | tee "$work/buildinfo"
  grep -q "vcs.revision=$DROVER_COMMIT\$" "$work/buildinfo" || say "the program does not say that it is $DROVER_COMMIT"
  grep -q 'vcs.modified=false$' "$work/buildinfo" || say "files in git were changed while it was built: $(git status --short | head -n 3 | tr '\n' ' ')"
}

case "$1" in
  install) install && program ;;
  test) run_tests ;;
  *) "$1" ;;
esac
