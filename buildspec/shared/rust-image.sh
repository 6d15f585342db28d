# The image of a Rust service: its program and nothing else.
set -eu
read -r package binary < "$work/binary"
to="$work/image"
rm -rf "$to" && mkdir "$to"
metadata="$work/metadata.json"
target=$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).target_directory' "$metadata")
cp "$target/$rust_target/release/$binary" "$to/$binary"
bash "$shared/push.sh" "$to" "[\"/app/$binary\"]"
