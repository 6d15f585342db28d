# rust.sh install | program | fmt | clippy | test | doctest | build: one step of the Rust recipe.
set -euo pipefail
cd "$place"
say() { echo "drover: $1" >&2; exit 1; }
tool="node $CODEBUILD_SRC_DIR_drover/recipe.mjs"

# Its output as JUnit, whatever became of it.
tested() {
  local code=0
  "${@:2}" 2>&1 | tee "$work/$1.out" || code=$?
  $tool libtest-junit "$work/$1.out" > "$CODEBUILD_SRC_DIR/.drover/reports/$1.xml"
  return "$code"
}

case "$1" in
  install)
    command -v cargo > /dev/null || say 'cargo is not on this machine: install Rust (https://rustup.rs)'
    [ -f Cargo.toml ] || say 'there is no Cargo.toml'
    [ -f Cargo.lock ] || say 'there is no Cargo.lock: a service commits it'
    cargo --version
    cargo fmt --version > /dev/null 2>&1 || rustup component add rustfmt
    cargo clippy --version > /dev/null 2>&1 || rustup component add clippy
    for one in $rust_targets; do
      if [ "${one#*=}" != "$rust_host" ]; then
        rustup target add "${one#*=}" || say "Rust for linux/${one%%=*} is not to be had here: rustup target add ${one#*=}"
      fi
    done
    cargo fetch --locked
    bash "$shared/rust.sh" program
    ;;
  program)
    # Also where the codebase's own step took the place of `install`.
    case "$rust_target" in
      *-linux-gnu)
        echo 'int main(void) { return 0; }' | cc -static -x c - -o "$work/linked" 2> /dev/null ||
          say 'no static program can be linked here: install a C compiler and its static library (glibc-static; on Debian libc6-dev)'
        ;;
    esac
    cargo metadata --locked --no-deps --format-version 1 > "$work/metadata.json"
    # A mistake in the choice of the program is said now, not after the tests.
    $tool cargo-binary "$work/metadata.json" "$DROVER_CODEBASE" "${DROVER_BINARY:-}" > "$work/binary"
    bash "$shared/rust-cache.sh" restore > "$work/cache"
    echo "cache: $(cat "$work/cache")"
    ;;
  fmt) cargo fmt --all --check ;;
  clippy) cargo clippy --locked --workspace --all-targets -- -D warnings ;;
  test) tested test cargo test --locked --workspace --tests --no-fail-fast ;;
  doctest)
    if [ "$($tool cargo-has-doctests "$work/metadata.json")" = true ]; then
      tested doctest cargo test --locked --workspace --doc --no-fail-fast
    else
      echo 'no library: no doctests'
    fi
    ;;
  build)
    read -r package binary < "$work/binary"
    for one in $rust_targets; do
      if ! { env ${rust_static:+"$rust_static"} cargo build --release --locked --target "${one#*=}" --package "$package" --bin "$binary" \
        --message-format json-render-diagnostics 2>&1 > "$work/artifacts-${one%%=*}.json" | tee "$work/cargo-build" >&2; }; then
        # What the crate `cc` says, through which nearly all C is compiled.
        if grep -q 'failed to find tool' "$work/cargo-build"; then
          crate=$(sed -n 's/.*custom build command for `\([^ `]*\).*/\1/p' "$work/cargo-build" | head -n 1)
          say "${crate:-a crate} has C in it, and here is no C compiler for linux/${one%%=*}: name one platform alone in codebases.yml (platforms)"
        fi
        exit 1
      fi
    done
    ;;
esac
