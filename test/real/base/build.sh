#!/bin/bash
# A slim Debian with Python and make, from Debian's own packages, into a cache: what images of Node and Python stand on in the real tier, where
# no public registry is asked. Node itself is added by whoever uses it (local-base.ts). Cold: 1 to 2 minutes, 60 MB kept. Prints the file.
set -eu
suite=bookworm
folder=${DROVER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/drover}/base/$suite-2
if [ -e "$folder/root.tar.gz" ]; then echo "$folder/root.tar.gz"; exit; fi
mkdir -p "$folder"
exec 9> "$folder.lock"
flock 9 # Two runs at once build once.
if [ -e "$folder/root.tar.gz" ]; then echo "$folder/root.tar.gz"; exit; fi

root=$(mktemp -d "$folder.build-XXXXXX")
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=python3,make,ca-certificates,libatomic1 $suite "$root" http://deb.debian.org/debian >&2
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale}/* "$root"/dev/*
tar -C "$root" --numeric-owner --exclude=./proc/* --exclude=./sys/* -czf "$folder/root.part" .
mv "$folder/root.part" "$folder/root.tar.gz"
echo "$folder/root.tar.gz"
