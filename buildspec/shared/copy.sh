# The source as it is now, a second time, for a step that runs beside others: neither sees what the other leaves. Packages and git's
# objects, which nobody writes to, are not copied but linked.
set -eu
rm -rf "$copy" && mkdir "$copy"
tar -cf - --exclude=./.drover --exclude=./.git/objects --exclude=node_modules . | tar -xf - -C "$copy"
mkdir -p "$copy/.git/objects/info"
echo "$(pwd -P)/.git/objects" > "$copy/.git/objects/info/alternates"
find . -name node_modules -type d -prune -print0 | while IFS= read -r -d '' packages; do
  cp -al "$packages" "$copy/$packages" 2> /dev/null || cp -a "$packages" "$copy/$packages"
done
