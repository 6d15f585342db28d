# Sourced: rustup reads rust-toolchain.toml by itself. AWS's build images may lack it; where it is, it stays as it is.
if ! command -v cargo > /dev/null && [ "$CODEBUILD_BUILD_IMAGE" != local ]; then
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal -c rustfmt -c clippy
  PATH="$HOME/.cargo/bin:$PATH"
fi
if command -v rustc > /dev/null; then
  rust_host=$(rustc -vV | sed -n 's/^host: //p')
  rust_target=${DROVER_TARGET:-$rust_host}
  # A static program on Linux; `--target` keeps the flag away from build scripts and macros. Elsewhere there is no static libc.
  case "$rust_target" in
    *-linux-*)
      name=$(echo "$rust_target" | tr 'a-z-' 'A-Z_')
      # For the build alone (rust.sh): without `--target`, as checks and tests run, macros would get it too, and cannot be built so.
      export rust_static="CARGO_TARGET_${name}_RUSTFLAGS=-C target-feature=+crt-static"
      ;;
  esac
  # AWS's build images hold no static C library (github.com/aws/aws-codebuild-docker-images, al/*/standard/*/Dockerfile).
  case "$rust_target:$CODEBUILD_BUILD_IMAGE" in
    *:local) ;;
    *-linux-gnu:*)
      if ! echo 'int main(void) { return 0; }' | cc -static -x c - -o "$work/linked" 2> /dev/null; then
        dnf install -y -q glibc-static libstdc++-static
      fi
      ;;
  esac
  # `amd64=<target> arm64=<target>`: this machine's own platform is compiled as ever. Any other by the C compiler for it, if there is one
  # that has a C library too; else by musl's, which Rust brings with all that a link needs (rustc book, "*-unknown-linux-musl").
  rust_targets=
  for platform in $platforms; do
    case "$platform" in linux/amd64) machine=x86_64 ;; *) machine=aarch64 ;; esac
    if [ "$platform" = "$own_platform" ]; then other=$rust_target
    elif echo 'int main(void) { return 0; }' | "$machine-linux-gnu-gcc" -static -x c - -o "$work/linked" 2> /dev/null; then
      other=$machine-unknown-linux-gnu
      name=$(echo "$other" | tr 'a-z-' 'A-Z_')
      export "CARGO_TARGET_${name}_LINKER=$machine-linux-gnu-gcc" "CARGO_TARGET_${name}_RUSTFLAGS=-C target-feature=+crt-static"
    else
      other=$machine-unknown-linux-musl
      export "CARGO_TARGET_$(echo "$other" | tr 'a-z-' 'A-Z_')_LINKER=rust-lld"
    fi
    rust_targets="$rust_targets ${platform#linux/}=$other"
  done
  export rust_host rust_target rust_targets
fi
# Incremental compilation changes how code is generated (https://doc.rust-lang.org/cargo/reference/profiles.html#incremental), so a
# release has it only where a project says so: it is for builds that only validate, whose next edit then takes a fraction of the time.
CARGO_INCREMENTAL=0
if [ "${DROVER_INCREMENTAL:-}" = yes ]; then CARGO_INCREMENTAL=1; fi
export PATH CARGO_INCREMENTAL CARGO_TERM_COLOR=never
