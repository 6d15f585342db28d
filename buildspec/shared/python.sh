# python.sh install | program | check | test | build | keep: one step of the Python recipe, by uv or pip as its lockfile says.
set -euo pipefail
say() { echo "drover: $1" >&2; exit 1; }
tool="node $CODEBUILD_SRC_DIR_drover/recipe.mjs"
venv="$work/venv"
# What the recipe brings where the codebase does not name its own.
uv_version=0.13.9 ruff_version=0.17.6

# The tool of this name and version, in a place of its own.
bring() {
  "$python" -m venv "$work/tools"
  "$work/tools/bin/python" -m pip install --quiet "$1==$2"
  PATH="$work/tools/bin:$PATH"
}
with_uv() { if ! command -v uv > /dev/null; then if [ -x "$work/tools/bin/uv" ]; then PATH="$work/tools/bin:$PATH"; else bring uv "$uv_version"; fi; fi; }
manager() { cat "$work/manager"; }
# Wheels are for one Python, one system and one C library.
kept() {
  local of
  of=$("$python" -c 'import sys, sysconfig, platform; print(sys.version, sysconfig.get_platform(), *platform.libc_ver())')
  if [ "$(manager)" = uv ]; then
    bash "$shared/kept-cache.sh" "$1" uv "$UV_CACHE_DIR" "$of; $(uv --version)" uv.lock
  else
    bash "$shared/kept-cache.sh" "$1" pip "$PIP_CACHE_DIR" "$of; $("$python" -m pip --version | cut -d' ' -f1,2)" requirements*.txt *requirements.txt
  fi
}

keep() {
  if [ "$(manager)" = uv ]; then
    with_uv
    # "Removes all pre-built wheels and unzipped source distributions, but retains wheels that were built from source"
    # (docs.astral.sh/uv/concepts/cache, "Caching in continuous integration"): fetching a wheel is no slower than an archive of it.
    uv cache prune --ci --quiet
  fi
  kept keep
}

is_package() { [ "$($tool python-is-package "${1:-.}")" = true ]; }
# The package of a uv workspace that is the service, as its folder; the root where there is but one.
service() { tail -n 1 "$work/needed" | cut -d' ' -f1; }
of_service() { local name; name=$(tail -n 1 "$work/needed" | cut -d' ' -f2); if [ -n "$name" ]; then echo "--package $name"; fi; }

# A mistake in the choice of the program is said now, not after the tests. By itself where the codebase's own step took the place of `install`.
program() {
  [ -n "$python" ] || say "the codebase asks for Python ${python_wanted:-3}, which is not on this machine"
  [ -f pyproject.toml ] || [ -f requirements.txt ] || say 'there is neither pyproject.toml nor requirements.txt'
  echo "$("$python" --version)${python_wanted:+, asked for is $python_wanted}"
  $tool python-manager > "$work/manager"
  git ls-files -z > "$work/files"
  $tool python-workspace "$work/files" > "$work/needed"
  $tool python-entrypoint "$work/files" "$(service)" > "$work/entrypoint"
}

install() {
  program
  if [ "$(manager)" = uv ]; then
    with_uv
    kept restore
    uv sync --locked $(of_service) --python "$python"
    return
  fi
  local developing= more
  for more in requirements-dev.txt requirements-test.txt dev-requirements.txt; do
    if [ -f "$more" ]; then developing="$developing -r $more"; fi
  done
  if [ ! -f requirements.txt ] && [ -z "$developing" ] && ! is_package; then
    "$python" -m venv --without-pip "$venv"
    return
  fi
  "$python" -m venv "$venv"
  local pip="$venv/bin/python -m pip"
  kept restore
  if [ -f requirements.txt ]; then
    # Nothing that the file does not name: it is the lockfile.
    $pip install --no-deps -r requirements.txt
  fi
  if is_package; then $pip install --no-deps --editable .; fi
  $pip check || say "$($pip check | head -n 1): requirements.txt must name all that is needed (uv pip compile)"
  if [ -n "$developing" ]; then $pip install $developing; fi
}

check() {
  local failed= one
  for one in $($tool python-checks); do
    case "$one" in
      ruff | ruff-format)
        if [ ! -x "$venv/bin/ruff" ] && ! command -v ruff > /dev/null; then bring ruff "$ruff_version"; fi
        ruff=$([ -x "$venv/bin/ruff" ] && echo "$venv/bin/ruff" || command -v ruff)
        if [ "$one" = ruff ]; then "$ruff" check --no-cache . || failed="$failed $one"; else "$ruff" format --no-cache --check . || failed="$failed $one"; fi
        ;;
      mypy)
        if [ -x "$venv/bin/mypy" ]; then "$venv/bin/mypy" --cache-dir /dev/null . || failed="$failed $one"; else echo 'mypy is configured but not among the development packages: passed over'; fi
        ;;
    esac
  done
  # Whatever cannot even be read is found in any codebase.
  git ls-files -z -- '*.py' | xargs -0 -r "$venv/bin/python" "$shared/python-parse.py" || failed="$failed syntax"
  [ -z "$failed" ]
}

run_tests() {
  cd "$(service)"
  local report="$CODEBUILD_SRC_DIR/.drover/reports/python.xml"
  if "$venv/bin/python" -c 'import pytest' 2> /dev/null; then
    # 5: no tests were collected (pytest, "Exit codes").
    "$venv/bin/python" -m pytest -p no:cacheprovider --junit-xml="$report" || [ $? -eq 5 ]
  elif git ls-files -- 'test*.py' '*/test*.py' | grep -q .; then
    "$venv/bin/python" "$shared/python-unittest.py" "$report"
  else
    echo 'no pytest among the development packages, and no test*.py: nothing to test'
  fi
}

# What runs, installed a second time without what only develops it.
build() {
  local packages="$work/packages"
  rm -rf "$packages" && mkdir "$packages"
  if [ "$(manager)" = uv ]; then
    with_uv
    uv export --quiet --locked $(of_service) --no-dev --no-emit-workspace --python "$python" --format requirements.txt --output-file "$work/requirements.txt"
    uv pip install --python "$python" --target "$packages" --no-deps --require-hashes -r "$work/requirements.txt"
    local folder
    while read -r folder _; do
      if is_package "$folder"; then uv pip install --python "$python" --target "$packages" --no-deps "./$folder"; fi
    done < "$work/needed"
  else
    local pip="$venv/bin/python -m pip"
    if [ -f requirements.txt ]; then $pip install --quiet --target "$packages" --no-deps --no-compile -r requirements.txt; fi
    if is_package; then $pip install --quiet --target "$packages" --no-deps --no-compile .; fi
  fi
  # Programs begin with the path of this build's own Python, and some files hold its time or folder.
  if [ -d "$packages/bin" ]; then
    find "$packages/bin" -type f -exec sed -i.before '1s|^#!.*python.*$|#!/usr/bin/env python3|' {} +
    find "$packages/bin" -name '*.before' -delete
  fi
  find "$packages" \( -name direct_url.json -o -name uv_cache.json -o -name .lock -o -name RECORD -o -name '*.pyc' \) -delete
  git diff --quiet || say "files in git were changed while it was built: $(git diff --name-only | head -n 3 | tr '\n' ' ')"
}

case "$1" in
  test) run_tests ;;
  *) "$1" ;;
esac
