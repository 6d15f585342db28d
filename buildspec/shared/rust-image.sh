# The image of a Rust service: its program and nothing else.
set -eu
cd "$place"
read -r package binary < "$work/binary"
to="$work/image"
rm -rf "$to" && mkdir "$to"
target=$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).target_directory' "$work/metadata.json")
program=$(node "$CODEBUILD_SRC_DIR_drover/cache.mjs" prove "$work/artifacts.json" "$binary" "$work/restored.json" . \
  "$target/$rust_target/release/$binary" "$work/compiled")
cp "$program" "$to/$binary"
bash "$shared/push.sh" "$to" "[\"/app/$binary\"]"
bash "$shared/rust-cache.sh" keep
