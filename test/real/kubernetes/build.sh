#!/bin/bash
# The programs of a whole Kubernetes (etcd, apiserver, controller-manager, scheduler, kubelet, kube-proxy) from the Go module proxy, into a
# cache. Cold: 5 to 10 minutes on 2 cores, about 430 MB kept. Only what the cache lacks is built. Prints the folder.
set -eu
version=1.35.4 etcd=v3.6.8
folder=${DROVER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/drover}/kubernetes/$version
lacking() { for program in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy; do [ -x "$folder/$program" ] || echo $program; done; }
if [ -z "$(lacking)" ]; then echo "$folder"; exit; fi
mkdir -p "$folder"
exec 9> "$folder.lock"
flock 9 # Two runs at once build once.
if [ -z "$(lacking)" ]; then echo "$folder"; exit; fi

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
for program in $(lacking); do
  case $program in etcd) tools+=("go.etcd.io/etcd/server/v3@$etcd") ;; *) tools+=("k8s.io/kubernetes/cmd/$program@v$version") ;; esac
done
go get -tool "${tools[@]}" > get.log 2>&1 || { tail get.log >&2; exit 1; }
stamp=k8s.io/component-base/version
mkdir bin
go build -trimpath -ldflags="-s -w -X $stamp.gitVersion=v$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=35 -X $stamp.gitTreeState=clean" -o bin/ tool >&2
for name in server v3; do [ ! -e bin/$name ] || mv bin/$name bin/etcd; done
mv bin/* "$folder"/
echo "$folder"
