#!/usr/bin/env bash
# Lambda's runtime on this machine, made once into a folder outside the clone; prints that folder.
#   rie: the runtime interface emulator, the program that AWS's own base images run; it lies in the wheel of aws-sam-cli.
#   ric: the runtime interface client for Node, the other half; its npm package builds a native part.
set -euo pipefail
sam=1.170.0 ric=4.0.2
folder="${DROVER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/drover}/lambda-$sam-$ric"
if [ ! -e "$folder/done" ]; then
  rm -rf "$folder" && mkdir -p "$folder"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  for tool in autoconf automake libtoolize cmake g++ make unzip; do
    command -v "$tool" > /dev/null && continue
    (apt-get update -q && apt-get install -qy autoconf automake libtool cmake g++ make unzip) >&2
    break
  done
  python3 -m pip download --quiet --no-deps --dest "$work" "aws-sam-cli==$sam" >&2
  unzip -qj "$work"/aws_sam_cli*.whl "samcli/local/rapid/aws-lambda-rie-$(uname -m | sed 's/aarch64/arm64/')" -d "$folder" >&2
  mv "$folder"/aws-lambda-rie-* "$folder/rie" && chmod +x "$folder/rie"
  # Its build script must be let run, by name.
  echo '{ "private": true, "allowScripts": { "aws-lambda-ric": true } }' > "$folder/package.json"
  npm install --prefix "$folder" --no-audit --no-fund --no-save "aws-lambda-ric@$ric" >&2
  [ -e "$folder/node_modules/aws-lambda-ric/rapid-client.node" ] || { echo 'aws-lambda-ric was not built' >&2; exit 1; }
  touch "$folder/done"
fi
echo "$folder"
