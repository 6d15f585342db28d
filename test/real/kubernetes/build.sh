#!/bin/bash
# The programs of a whole Kubernetes (etcd, apiserver, controller-manager, scheduler, kubelet) from the Go module proxy, into a cache.
# Cold: 5 to 10 minutes on 2 cores, about 370 MB kept. With the cache: nothing to do. Prints the folder.
set -eu
version=1.35.4 etcd=v3.6.8
folder=${DROVER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/drover}/kubernetes/$version
if [ -x "$folder/kubelet" ]; then echo "$folder"; exit; fi
mkdir -p "$folder"
exec 9> "$folder.lock"
flock 9 # Two runs at once build once.
if [ -x "$folder/kubelet" ]; then echo "$folder"; exit; fi

source=$(mktemp -d "$folder.build-XXXXXX")
trap 'rm -rf "$source"' EXIT
cd "$source"
export GOFLAGS=-buildvcs=false CGO_ENABLED=0
printf 'module cluster\ngo 1.25.0\nrequire k8s.io/kubernetes v%s\n' $version > go.mod
# Kubernetes requires its own staging modules at v0.0.0 and replaces them by folders: here each is replaced by its published version.
grep -oE 'k8s.io/[a-z-]+ => ' "$(go mod download -json k8s.io/kubernetes@v$version | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')" |
  cut -d' ' -f1 | sort -u | while read -r module; do echo "replace $module => $module v0.${version#1.}"; done >> go.mod
# Each tool at its exact version: without it, `go get` takes the newest of all modules, which do not fit together.
tools=()
for tool in kube-apiserver kube-controller-manager kube-scheduler kubelet; do tools+=("k8s.io/kubernetes/cmd/$tool@v$version"); done
go get -tool "${tools[@]}" go.etcd.io/etcd/server/v3@$etcd > get.log 2>&1 || { tail get.log >&2; exit 1; }
stamp=k8s.io/component-base/version
mkdir bin
go build -trimpath -ldflags="-s -w -X $stamp.gitVersion=v$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=35 -X $stamp.gitTreeState=clean" -o bin/ tool >&2
[ -e bin/etcd ] || mv bin/server bin/etcd 2> /dev/null || mv bin/v3 bin/etcd
mv bin/etcd bin/kube-* "$folder"/
mv bin/kubelet "$folder"/ # Last: its presence says that the others are there.
echo "$folder"
