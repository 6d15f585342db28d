# The image of a Python service: what is in git, and the packages of production beside it.
set -eu
cd "$copy"
to="$work/image"
rm -rf "$to" && mkdir "$to"
# Nothing of the repository's own housekeeping runs.
tar -cf - --null --no-recursion --exclude=.git --exclude=.github --exclude=.gitignore --exclude=.gitattributes --exclude=.drover \
  -T "$work/files" | tar -xf - -C "$to"
if [ -e "$to/packages" ]; then echo 'drover: packages is where installed packages lie in the image: name that folder otherwise' >&2; exit 1; fi
cp -R "$work/packages" "$to/packages"
minor=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
export DROVER_BASE="${DROVER_BASE//'{python}'/$minor}"
bash "$shared/push.sh" "$to" "$(cat "$work/entrypoint")" --within "$(tail -n 1 "$work/needed" | cut -d' ' -f1)" \
  --env PYTHONPATH=/app/packages --env PYTHONUNBUFFERED=1 --env PYTHONDONTWRITEBYTECODE=1
bash "$shared/keep.sh" python.sh
