# Sourced: the Python that .python-version asks for, among those on this machine (pyenv's too, which AWS's build images have). A
# machine that has not got it is told so by python.sh.
python_wanted=
if [ -f .python-version ]; then python_wanted=$(grep -m 1 . .python-version | tr -d ' \r'); fi
# It may also name a virtual environment of its author's, which asks for nothing here.
case "$python_wanted" in [0-9]*) ;; *) python_wanted= ;; esac
python_minor=$(echo "$python_wanted" | cut -d. -f1,2)
python=
# Else another of the same minor version, as the base of the image is: packages are for that.
for python_version in "$python_wanted" "$python_minor"; do
  for python_one in python3 "python$python_minor" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$python_minor"*/bin/python3; do
    # A shim of pyenv's stands for another program, or for none.
    python_one=$("$python_one" -c 'import sys; print(sys.executable)' 2> /dev/null) || continue
    case ".$("$python_one" -c 'import platform; print(platform.python_version())')." in
      ".${python_version:+$python_version.}"*) if [ -z "$python" ]; then python=$python_one; fi ;;
    esac
  done
done
# Whatever the machine says: what is fetched belongs to the archive.
unset PIP_NO_CACHE_DIR UV_NO_CACHE
PIP_CACHE_DIR="$kept/pip"
UV_CACHE_DIR="$kept/uv"
echo . > "$work/needed"
echo 'cold: nothing is fetched, or the install step is of its own' > "$work/cache"
UV_PROJECT_ENVIRONMENT="$work/venv" UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
# No bytecode beside the source: it holds times of this build.
PYTHONDONTWRITEBYTECODE=1
export python python_wanted PIP_CACHE_DIR UV_CACHE_DIR PYTHONDONTWRITEBYTECODE PIP_DISABLE_PIP_VERSION_CHECK PIP_NO_INPUT PIP_ROOT_USER_ACTION
export UV_PROJECT_ENVIRONMENT UV_PYTHON_DOWNLOADS UV_LINK_MODE
