#!/bin/bash
# Ends what up.sh started in the folder given, and nothing else: by its own process ids, its own containers and their network namespaces.
folder=$(cd "${1:?the folder of up.sh}" && pwd) || exit 0
cd "$folder" || exit 0
containers() { ctr -a "$folder/containerd.sock" -n k8s.io "$@" 2> /dev/null; }
end() { # name: asks it to end, waits up to two seconds, then makes it
  local pid
  pid=$(cat "$1.pid" 2> /dev/null) || return
  kill "$pid" 2> /dev/null
  for _ in $(seq 40); do readlink "/proc/$pid/exe" > /dev/null || break; sleep .05; done # A zombie, which nobody may reap here, has no program any more.
  kill -9 "$pid" 2> /dev/null
  rm -f "$1.pid"
}

namespaces=$(for id in $(containers container ls -q); do containers container info "$id"; done | grep -oE 'cni-[0-9a-f-]{36}' | sort -u)
end kubelet
if [ -e run/proxy ]; then
  end proxy
  bash -c "$(cat run/proxy) --cleanup" > log/proxy-cleanup.log 2>&1
  # It leaves this chain to a kubelet, and ours is the machine's only one.
  for chain in INPUT OUTPUT; do iptables -w -D $chain -j KUBE-FIREWALL 2> /dev/null; done
  iptables -w -F KUBE-FIREWALL 2> /dev/null && iptables -w -X KUBE-FIREWALL
fi
end scheduler
end controllers
for id in $(containers task ls -q); do containers task kill -s KILL "$id"; done
sleep .3
for id in $(containers container ls -q); do
  containers task rm -f "$id" > /dev/null
  containers container rm "$id" > /dev/null
done
# The API server before etcd: it waits for its store when it ends.
for name in apiserver etcd containerd registry; do end $name; done
grep "$folder" /proc/mounts | cut -d' ' -f2 | sort -r | while read -r mount; do umount -l "$mount"; done
for namespace in $namespaces; do ip netns del "$namespace" 2> /dev/null; done
ip link del drover0 2> /dev/null
true
