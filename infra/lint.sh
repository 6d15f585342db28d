#!/usr/bin/env bash
# Lints every packaged template by cfn-lint, which knows CloudFormation's own schemas. Fails on any finding.
# cfn-lint comes from PyPI into a folder outside the clone, so that it is made once. Run `npm run package` first.
# W3005 is left out: it calls a DependsOn redundant that osls writes beside a reference; it changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
version=1.58.0
venv="${DROVER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/drover}/cfn-lint-$version"
if [ ! -x "$venv/bin/cfn-lint" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "cfn-lint==$version"
fi
shopt -s nullglob
templates=("${1:-.package}"/*.template.json)
[ ${#templates[@]} -gt 0 ] || { echo "no templates: run npm run package first" >&2; exit 1; }
"$venv/bin/cfn-lint" --ignore-checks W3005 --regions eu-central-1 us-east-1 -- "${templates[@]}"
echo "cfn-lint $version: nothing found in ${#templates[@]} templates"
