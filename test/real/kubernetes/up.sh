#!/bin/bash
# A whole Kubernetes of one node (etcd, apiserver, controller-manager, scheduler, kube-proxy, kubelet on containerd and runc) in the folder given,
# as root, with images for the contract in a registry of its own. Longer than others: each step needs the one before. Ready in about 5 s once built.
# Each part's command is kept in run/, by which restart.sh starts it again.
# Prints, as JSON: where the API server is, its CA's file, the tokens of `admin` and `drover`, and the images.
set -eu
folder=${1:?a folder to work in}
here=$(cd "$(dirname "$0")" && pwd)
registry_port=${REGISTRY_PORT:-5077} api_port=${API_PORT:-16443} etcd_port=${ETCD_PORT:-12379}
registry=127.0.0.1:$registry_port
say() { echo "kubernetes: $*" >&2; }

[ "$(id -u)" = 0 ] || { say 'only root can start containers on this machine'; exit 1; }
for port in "$registry_port" "$api_port" "$etcd_port" $((etcd_port + 1)) 10249 10250 10256; do
  if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then say "port $port is busy"; exit 1; fi
done
for tool in containerd runc docker-registry curl openssl jq iptables ip go; do
  command -v $tool > /dev/null || { say "$tool is missing (Debian: apt-get install containerd runc containernetworking-plugins docker-registry curl openssl jq iptables iproute2; Go from go.dev)"; exit 1; }
done
[ -x /usr/lib/cni/bridge ] || { say 'containernetworking-plugins is missing'; exit 1; }

programs=$("$here/build.sh")
mkdir -p "$folder/log" "$folder/run" "$folder/cni" "$folder/certs.d/$registry"
folder=$(cd "$folder" && pwd)
cd "$folder"
start() { # name command…: kept, and started from there
  local name=$1
  shift
  printf '%q ' exec "$@" > "run/$name"
  "$here/restart.sh" "$folder" "$name"
}

#--- images: one static program, linked once for each kind
images=$programs/images
for kind in pause one two never-ready crashing; do
  [ -x "$images/$kind" ] || { mkdir -p "$images"; (cd "$here" && CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -trimpath -ldflags="-s -w -X main.kind=$kind" -o "$images/$kind" image.go); }
done

# The same for a processor that is not this one.
other=$([ "$(go env GOARCH)" = amd64 ] && echo arm64 || echo amd64)
[ -x "$images/other-processor" ] || (cd "$here" && GOARCH=$other CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -trimpath -ldflags="-s -w -X main.kind=one" -o "$images/other-processor" image.go)

#--- registry, and the images in it
cat > registry.yml << Y
version: 0.1
storage: {filesystem: {rootdirectory: $folder/registry}}
http: {addr: $registry}
Y
start registry docker-registry serve registry.yml
for _ in $(seq 50); do curl -sf "http://$registry/v2/" > /dev/null && break; sleep .1; done
kill -0 "$(cat registry.pid)" # A foreign registry on the port is fatal.
push_blob() { # file repository → digest
  local digest location
  digest=sha256:$(sha256sum "$1" | cut -d' ' -f1)
  location=$(curl -sfi -X POST "http://$registry/v2/$2/blobs/uploads/" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
  curl -sf -X PUT -H 'Content-Type: application/octet-stream' --data-binary "@$1" "$location$([[ $location == *\?* ]] && echo '&' || echo '?')digest=$digest" > /dev/null
  echo "$digest"
}
push() { # kind repository tag → digest
  local work type=application/vnd.docker layer config difference
  work=$(mktemp -d)
  cp "$images/$1" "$work/app"
  tar -C "$work" --owner=0 --group=0 --mtime=@0 -cf "$work/layer.tar" app
  difference=sha256:$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  printf '{"architecture":"%s","os":"linux","config":{"Entrypoint":["/app"]},"rootfs":{"type":"layers","diff_ids":["%s"]}}' "$(go env GOARCH)" "$difference" > "$work/config.json"
  layer=$(push_blob "$work/layer.tar" "$2") config=$(push_blob "$work/config.json" "$2")
  printf '{"schemaVersion":2,"mediaType":"%s.distribution.manifest.v2+json","config":{"mediaType":"%s.container.image.v1+json","size":%d,"digest":"%s"},"layers":[{"mediaType":"%s.image.rootfs.diff.tar","size":%d,"digest":"%s"}]}' \
    $type $type "$(stat -c%s "$work/config.json")" "$config" $type "$(stat -c%s "$work/layer.tar")" "$layer" > "$work/manifest.json"
  curl -sf -X PUT -H "Content-Type: $type.distribution.manifest.v2+json" --data-binary "@$work/manifest.json" "http://$registry/v2/$2/manifests/$3"
  echo "$registry/$2@sha256:$(sha256sum "$work/manifest.json" | cut -d' ' -f1)"
  rm -rf "$work"
}
push pause pause 1 > /dev/null
one=$(push one web one) two=$(push two web two) never_ready=$(push never-ready web never-ready) crashing=$(push crashing web crashing)

other_processor=$(push other-processor web other-processor) # It says that it is for this one.
curl -sf -o other.json -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' "http://$registry/v2/web/manifests/other-processor"
printf '{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":%d,"digest":"%s","platform":{"os":"linux","architecture":"%s"}}]}' \
  "$(stat -c%s other.json)" "${other_processor#*@}" "$other" > list.json
curl -sf -X PUT -H 'Content-Type: application/vnd.docker.distribution.manifest.list.v2+json' --data-binary @list.json "http://$registry/v2/web/manifests/other-platform"
other_platform=$registry/web@sha256:$(sha256sum list.json | cut -d' ' -f1)

#--- containerd
cat > "certs.d/$registry/hosts.toml" << Y
server = "http://$registry"
[host."http://$registry"]
  capabilities = ["pull", "resolve"]
Y
cat > cni/10-bridge.conflist << Y
{"cniVersion":"0.4.0","name":"pods","plugins":[{"type":"bridge","bridge":"drover0","isGateway":true,"ipMasq":false,"ipam":{"type":"host-local","dataDir":"$folder/ipam","ranges":[[{"subnet":"10.244.77.0/24"}]]}}]}
Y
cat > containerd.toml << Y
version = 2
root = "$folder/containerd"
state = "$folder/containerd-state"
disabled_plugins = ["io.containerd.internal.v1.opt","io.containerd.snapshotter.v1.btrfs","io.containerd.snapshotter.v1.zfs","io.containerd.snapshotter.v1.aufs","io.containerd.snapshotter.v1.devmapper"]
[grpc]
  address = "$folder/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$registry/pause:1"
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_port = "0"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$folder/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$folder/certs.d"
Y
start containerd containerd --config "$folder/containerd.toml"

#--- control plane. Without the admission of service accounts and node taints, which need controllers that are not started here.
openssl genrsa -out sa.key 2048 2> /dev/null
printf 'admin-token,admin,admin-uid,"system:masters"\ndrover-token,drover,drover-uid,"drover"\n' > tokens.csv
etcd=http://127.0.0.1:$etcd_port peer=http://127.0.0.1:$((etcd_port + 1)) server=https://127.0.0.1:$api_port
start etcd "$programs/etcd" --data-dir "$folder/etcd" --unsafe-no-fsync --listen-client-urls $etcd --advertise-client-urls $etcd \
  --listen-peer-urls $peer --initial-advertise-peer-urls $peer --initial-cluster default=$peer
start apiserver "$programs/kube-apiserver" --etcd-servers=$etcd --secure-port="$api_port" --bind-address=127.0.0.1 --cert-dir="$folder/pki" \
  --service-account-issuer=https://kubernetes.default.svc --service-account-signing-key-file=sa.key --service-account-key-file=sa.key \
  --service-cluster-ip-range=10.96.0.0/24 --authorization-mode=Node,RBAC --token-auth-file=tokens.csv \
  --disable-admission-plugins=ServiceAccount,TaintNodesByCondition
ask() { curl -sf --cacert "$folder/pki/apiserver.crt" -H 'Authorization: Bearer admin-token' "$@"; }
for _ in $(seq 600); do ask $server/readyz > /dev/null 2>&1 && break; sleep .1; done
cat > admin.kubeconfig << Y
{"apiVersion":"v1","kind":"Config","current-context":"real","clusters":[{"name":"real","cluster":{"server":"$server","certificate-authority":"$folder/pki/apiserver.crt"}}],"users":[{"name":"admin","user":{"token":"admin-token"}}],"contexts":[{"name":"real","context":{"cluster":"real","user":"admin"}}]}
Y
start controllers "$programs/kube-controller-manager" --kubeconfig=admin.kubeconfig --leader-elect=false --secure-port=0 \
  --controllers=deployment-controller,replicaset-controller,statefulset-controller,daemonset-controller,garbage-collector-controller,namespace-controller,resourcequota-controller,endpointslice-controller
start scheduler "$programs/kube-scheduler" --kubeconfig=admin.kubeconfig --leader-elect=false --secure-port=0

#--- kube-proxy: a Service's cluster address works from this machine. Nothing of the machine's own settings is changed but iptables' rules, which
# down.sh takes away.
cat > proxy.yaml << Y
{"apiVersion":"kubeproxy.config.k8s.io/v1alpha1","kind":"KubeProxyConfiguration","mode":"iptables","clientConnection":{"kubeconfig":"admin.kubeconfig"},"hostnameOverride":"localhost","clusterCIDR":"10.244.77.0/24",
"healthzBindAddress":"127.0.0.1:10256","metricsBindAddress":"127.0.0.1:10249","conntrack":{"maxPerCore":0,"min":0,"tcpEstablishedTimeout":"0s","tcpCloseWaitTimeout":"0s"},"iptables":{"localhostNodePorts":false,"minSyncPeriod":"100ms"}}
Y
start proxy "$programs/kube-proxy" --config=proxy.yaml

#--- kubelet: without cgroups for pods, so that it runs inside a container too; the node is called localhost, since that is how the API server
# finds the kubelet for logs
cat > kubelet.yaml << Y
{"apiVersion":"kubelet.config.k8s.io/v1beta1","kind":"KubeletConfiguration","containerRuntimeEndpoint":"unix://$folder/containerd.sock","failCgroupV1":false,"cgroupDriver":"cgroupfs","cgroupsPerQOS":false,"enforceNodeAllocatable":[],
"authentication":{"anonymous":{"enabled":true},"webhook":{"enabled":false}},"authorization":{"mode":"AlwaysAllow"},"address":"127.0.0.1","port":10250,"readOnlyPort":0,"healthzPort":0,"resolvConf":"","podLogsDir":"$folder/podlogs","failSwapOn":false,
"evictionHard":{"memory.available":"0%","nodefs.available":"0%","nodefs.inodesFree":"0%","imagefs.available":"0%"},"imageGCHighThresholdPercent":100,"localStorageCapacityIsolation":false,"volumePluginDir":"$folder/volumes","makeIPTablesUtilChains":false}
Y
start kubelet "$programs/kubelet" --kubeconfig=admin.kubeconfig --config=kubelet.yaml --root-dir="$folder/kubelet" --hostname-override=localhost --cert-dir="$folder/kubelet-pki"
ready=
for _ in $(seq 600); do
  ready=$(ask $server/api/v1/nodes/localhost 2> /dev/null | jq -r '.status.conditions[]? | select(.type == "Ready").status')
  [ "$ready" = True ] && break
  sleep .1
done
[ "$ready" = True ] || { say 'the node is not ready after 60 s'; tail -n 5 log/kubelet.log log/apiserver.log >&2; exit 1; }
printf '{"server":"%s","ca":"%s","kubeconfig":"%s","tokens":{"admin":"admin-token","drover":"drover-token"},"images":{"one":"%s","two":"%s","neverReady":"%s","crashing":"%s","otherPlatform":"%s","otherProcessor":"%s"}}\n' \
  "$server" "$folder/pki/apiserver.crt" "$folder/admin.kubeconfig" "$one" "$two" "$never_ready" "$crashing" "$other_platform" "$other_processor"
