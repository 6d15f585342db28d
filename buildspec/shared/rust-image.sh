# The image of a Rust service: its program and nothing else.
set -eu
cd "$place"
read -r package binary < "$work/binary"
target=$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).target_directory' "$work/metadata.json")
for one in $rust_targets; do
  to=$(echo "$image" | sed "s/{arch}/${one%%=*}/")
  rm -rf "$to" && mkdir "$to"
  program=$(node "$CODEBUILD_SRC_DIR_drover/cache.mjs" prove "$work/artifacts-${one%%=*}.json" "$binary" "$work/restored.json" . \
    "$target/${one#*=}/release/$binary" "$work/compiled")
  cp "$program" "$to/$binary"
done
bash "$shared/push.sh" "$image" "[\"/app/$binary\"]"
bash "$shared/keep.sh" rust-cache.sh
