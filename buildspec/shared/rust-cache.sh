# rust-cache.sh restore | keep: cargo's target folder, as an archive beside the codebase's images.
set -eu
cd "$place"
# All that what cargo compiled depends on and Cargo.lock does not name: build scripts and C code too are made here.
{
  rustc -vV
  echo "$rust_targets $(env | grep -E '^(CARGO_.*|RUST)FLAGS=|^CARGO_INCREMENTAL=' | sort)"
  { cc --version; ldd --version; } 2>&1 | sed -n '/[0-9]\.[0-9]/p'
  echo "${CODEBUILD_BUILD_IMAGE:-} $place"
} > "$work/toolchain"
target=$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).target_directory' "$work/metadata.json")
node "$CODEBUILD_SRC_DIR_drover/cache.mjs" "$1" --kind rust --folder "$target" --toolchain "$work/toolchain" --lock Cargo.lock \
  --state "$work/restored.json" --sources .
