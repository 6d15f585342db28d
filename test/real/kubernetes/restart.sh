#!/bin/bash
# Starts a part of up.sh's cluster (registry, containerd, etcd, apiserver, controllers, scheduler, proxy, kubelet) by the command that up.sh
# kept in run/. What still runs of it is killed first, as a crash would: kill -9. `restart.sh FOLDER PART --only-kill` leaves it at that.
set -eu
cd "${1:?the folder of up.sh}"
part=${2:?which part}
if [ -e "$part.pid" ]; then
  pid=$(cat "$part.pid")
  kill -9 "$pid" 2> /dev/null || true
  for _ in $(seq 100); do readlink "/proc/$pid/exe" > /dev/null || break; sleep .02; done # A zombie has no program any more.
  rm -f "$part.pid"
fi
[ "${3:-}" != --only-kill ] || exit 0
nohup bash "run/$part" >> "log/$part.log" 2>&1 < /dev/null &
echo $! > "$part.pid"
