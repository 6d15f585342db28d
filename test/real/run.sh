#!/usr/bin/env bash
# The real tier (npm run test:real): installs the engines that drover did not write, as far as they are missing, then runs the tests against them.
# Kept under ${DROVER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/drover}. What could not be installed is said; in CI (CI=true) it is a failure.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
cache=${DROVER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/drover}
export DROVER_CACHE=$cache PATH="$PWD/node_modules/.bin:$PATH"
mkdir -p "$cache"
moto=5.2.5 dynamodb=2.6.1
missing=()

say() { printf 'test:real: %s\n' "$*"; }
lacks() { missing+=("$*"); say "$*"; }
has() { command -v "$1" > /dev/null 2>&1; }
# Runs quietly; what it said is shown only if it failed.
quietly() {
  local log
  log=$(mktemp)
  timeout 900 "$@" > "$log" 2>&1 && { rm -f "$log"; return 0; }
  tail -n 15 "$log"
  rm -f "$log"
  return 1
}

# Debian's packages, each by the file that shows it is there.
debian() {
  local wanted=() entry
  for entry in docker-registry:docker-registry chromium:chromium containerd:containerd runc:runc curl:curl jq:jq openssl:openssl \
    iptables:iptables ip:iproute2 dockerd:docker.io debootstrap:debootstrap java:openjdk-17-jre-headless mvn:maven /usr/lib/cni/bridge:containernetworking-plugins; do
    has "${entry%%:*}" || wanted+=("${entry#*:}")
  done
  python3 -c 'import ensurepip' 2> /dev/null || wanted+=(python3-venv)
  [ ${#wanted[@]} -eq 0 ] && return
  if ! has apt-get || [ "$(id -u)" != 0 ]; then
    lacks "missing, and only root of a Debian machine can install it here: apt-get install ${wanted[*]}"
    return
  fi
  say "installing ${wanted[*]}"
  quietly apt-get update -q || say 'apt-get update failed'
  local package
  for package in "${wanted[@]}"; do
    DEBIAN_FRONTEND=noninteractive quietly apt-get install -y -q --no-install-recommends "$package" || lacks "could not install Debian's $package"
  done
}

moto() {
  local folder=$cache/moto-$moto
  [ -e "$folder/complete" ] && return
  say "installing moto $moto"
  rm -rf "$folder"
  if quietly python3 -m venv "$folder" && quietly "$folder/bin/pip" install -q "moto[server]==$moto"; then touch "$folder/complete"; else lacks "could not install moto $moto (PyPI)"; fi
}

dynamodb_local() {
  local folder=$cache/dynamodb-local-$dynamodb
  [ -e "$folder/complete" ] && return
  say "installing DynamoDB Local $dynamodb"
  rm -rf "$folder"
  mkdir -p "$folder"
  cat > "$folder/pom.xml" << POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.drover</groupId><artifactId>engine</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>$dynamodb</version></dependency>
  </dependencies>
</project>
POM
  if quietly mvn -q -B -f "$folder/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$folder/lib"; then touch "$folder/complete"; else lacks "could not install DynamoDB Local $dynamodb (Maven Central)"; fi
}

kubernetes() {
  local build=test/real/kubernetes/build.sh
  [ -e $build ] || return
  has go || { lacks 'Kubernetes is built with Go 1.25 or newer, which is missing'; return; }
  [ -d "$cache/kubernetes" ] || say 'building Kubernetes (5 to 10 minutes, once)'
  "$build" > /dev/null || lacks 'could not build Kubernetes'
}

buildkit() {
  has go || { lacks 'BuildKit is built with Go 1.25 or newer, which is missing'; return; }
  test/real/buildkit/build.sh > /dev/null || lacks 'could not build BuildKit'
}

base() {
  [ "$(id -u)" = 0 ] || { lacks 'the Debian base of images is made by debootstrap, which needs root'; return; }
  quietly bash test/real/base/build.sh || lacks 'could not make the Debian base of images'
}

lambda_runtime() {
  local build=test/real/lambda-runtime.sh
  [ -e $build ] || return
  quietly bash $build || lacks "could not build Lambda's runtime"
}

# What the recipes of their languages are tried with.
languages() {
  has cargo || lacks 'Rust is missing (https://rustup.rs): its recipe is not tried'
  has go || lacks 'Go is missing (https://go.dev/dl): its recipe is not tried'
}

# Two runs at once install once.
exec 9> "$cache/.lock"
flock 9
languages
debian
moto
dynamodb_local
kubernetes
buildkit
base
lambda_runtime
flock -u 9

# Node 24 of node_modules, whatever the machine's own is.
node node_modules/vitest/vitest.mjs run --project real "$@"
status=$?

for line in "${missing[@]}"; do say "not run with everything: $line"; done
if [ ${#missing[@]} -gt 0 ] && [ -n "${CI:-}" ]; then exit 1; fi
exit $status
