# dockerfile.sh install | check | test | build | keep: one step of the recipe for a repository's own Dockerfile.
# Over 150 lines: what differs between buildctl and buildx is said once, for all steps.
set -euo pipefail
say() { echo "drover: $1" >&2; exit 1; }
tool="node $CODEBUILD_SRC_DIR_drover/recipe.mjs"
context="$work/context"
file=${DROVER_PACKAGE:-.}
if [ -d "$file" ]; then file="$file/Dockerfile"; fi
file=${file#./}
arch=${platforms#linux/}
cache="$DROVER_REGISTRY/drover/$DROVER_CODEBASE:cache-dockerfile-$arch"

# What every build of this commit is told. The time goes to the exporter and not to the Dockerfile, where another one for each commit
# would make every WORKDIR anew (https://docs.docker.com/build/cache/invalidation/#workdir-and-source_date_epoch).
told=("build-arg:DROVER_COMMIT=$DROVER_COMMIT")
if [ -n "${DROVER_BINARY:-}" ]; then stage=("target=$DROVER_BINARY"); else stage=(); fi
# A builder that stays would hand a cache mount from commit to commit, and with it times by which a compiler takes another commit's
# program for this one's: each commit has its own. AWS's builder is new each time, and needs none of it; of a fleet's, whose machines
# stay, nobody says so.
if [ "${CODEBUILD_BUILD_IMAGE:-}" = local ] || [ "${DROVER_MACHINE:-}" = stays ]; then told+=("build-arg:BUILDKIT_CACHE_MOUNT_NS=$DROVER_COMMIT"); fi
unset SOURCE_DATE_EPOCH

# solve NAME=VALUE…: one build by whichever BuildKit there is.
solve() {
  local words one
  if [ "$(cat "$work/builder")" = buildctl ]; then
    words=(buildctl build --progress=plain --frontend dockerfile.v0 --local "context=$context" --opt "platform=linux/$arch"
      --local "dockerfile=$(dirname "$context/$file")" --opt "filename=$(basename "$file")")
    for one in "$@"; do
      case "$one" in
        call=*) words+=(--opt "requestid=frontend.${one#*=}") ;;
        output=*) words+=(--output "${one#*=}") ;;
        from=*) words+=(--import-cache "type=registry,ref=${one#*=}") ;;
        to=*) words+=(--export-cache "type=registry,ref=${one#*=}") ;;
        *) words+=(--opt "$one") ;;
      esac
    done
  else
    # Attestations come as referrers of the image, not as a part of it.
    words=(docker buildx build --builder drover --progress=plain --provenance=false --platform "linux/$arch" --file "$context/$file")
    for one in "$@"; do
      case "$one" in
        call=lint) words+=(--call=check) ;;
        call=*) words+=("--call=${one#*=}") ;;
        build-arg:*) words+=(--build-arg "${one#build-arg:}") ;;
        target=*) words+=(--target "${one#*=}") ;;
        no-cache=*) words+=(--no-cache-filter "${one#*=}") ;;
        output=*) words+=(--output "${one#*=}") ;;
        from=*) words+=(--cache-from "type=registry,ref=${one#*=}") ;;
        to=*) words+=(--cache-to "type=registry,ref=${one#*=}") ;;
      esac
    done
    words+=("$context")
  fi
  "${words[@]}"
}

# The same, told in one line where it fails.
solved() {
  local name=$1 code=0
  shift
  solve "$@" 2>&1 | tee "$work/$name.out" || code=$?
  if [ "$code" -ne 0 ]; then say "$($tool dockerfile-reason "$work/$name.out" "$file")"; fi
}

# The same with what the last builds kept. BuildKit leaves out a cache that is not there, but ends where one cannot be read after all:
# then once more without.
solved_by_cache() {
  local name=$1
  shift
  if [ ! -e "$work/no-cache" ]; then
    if solve "from=$cache" "$@" 2>&1 | tee "$work/$name.out"; then return; fi
    if [ "$($tool dockerfile-blames-cache "$work/$name.out")" != true ]; then say "$($tool dockerfile-reason "$work/$name.out" "$file")"; fi
    echo 'the cache cannot be read: built without'
    touch "$work/no-cache"
  fi
  solved "$name" "$@"
}

builder() {
  if [ -n "${BUILDKIT_HOST:-}" ] && command -v buildctl > /dev/null; then
    buildctl debug workers > /dev/null 2>&1 || say "BuildKit does not answer at $BUILDKIT_HOST"
    echo buildctl > "$work/builder"
    return
  fi
  command -v docker > /dev/null || say 'there is no BuildKit on this machine: install Docker, or buildctl and say BUILDKIT_HOST'
  docker buildx version > /dev/null 2>&1 || say 'Docker is here without buildx: install it (https://docs.docker.com/build/install-buildx)'
  docker info > /dev/null 2>&1 || say 'Docker does not answer: start it'
  # The daemon's own BuildKit neither writes an archive nor a cache into a registry (https://docs.docker.com/build/drivers,
  # https://docs.docker.com/build/cache/backends/registry): a container with one that does.
  if ! docker buildx inspect drover > /dev/null 2>&1; then
    local options="image=$DROVER_BUILDKIT"
    # The registry of this machine listens on its loopback address alone.
    if [ "${CODEBUILD_BUILD_IMAGE:-}" = local ]; then options="$options,network=host"; fi
    docker buildx create --name drover --driver docker-container --driver-opt "$options" > /dev/null
  fi
  docker buildx inspect --bootstrap drover || say "BuildKit could not be started from $DROVER_BUILDKIT (DROVER_BUILDKIT names another image)"
  echo buildx > "$work/builder"
  case "$DROVER_REGISTRY" in
    *.dkr.ecr.*) aws ecr get-login-password | docker login --username AWS --password-stdin "$DROVER_REGISTRY" ;;
  esac
}

install() {
  case "$platforms" in *' '*) say 'a Dockerfile is built for one platform: name one in “platforms”' ;; esac
  [ -f "$file" ] || say "there is no $file"
  builder
  # What is in git and nothing else; new times, as in any checkout.
  rm -rf "$context" && mkdir "$context"
  git checkout-index --all --prefix="$context/"
  # The first that reads it: whatever cannot be read at all is said now, as is a mistake in the choice of the stage.
  solved targets call=targets "${told[@]}"
  sed -n '/^TARGET /,/^#/p' "$work/targets.out" | awk '!/^(TARGET |#|\()/ && NF { print $1 }' > "$work/stages"
  if [ -n "${DROVER_BINARY:-}" ] && ! grep -qxiF "$DROVER_BINARY" "$work/stages"; then
    say "there is no stage $DROVER_BINARY in $file: there is $(paste -s -d , "$work/stages" | sed 's/,/, /g')"
  fi
}

# buildx ends with 1 where it found something, buildctl with 0.
check() {
  local code=0 found
  solve call=lint "${told[@]}" 2>&1 | tee "$work/check-run.out" || code=$?
  found=$($tool dockerfile-lint "$work/check-run.out" "$file")
  if [ -n "$found" ]; then say "$found"; fi
  if [ "$code" -ne 0 ]; then say "$($tool dockerfile-reason "$work/check-run.out" "$file")"; fi
}

# A stage of that name is the codebase's test; it runs in every build, whatever a cache holds.
run_tests() {
  if grep -qx test "$work/stages"; then
    solved_by_cache test-run target=test no-cache=test "${told[@]}"
  else
    echo "no stage of $file is called “test”: nothing is tested"
  fi
}

build() {
  local output="output=type=oci,dest=$work/image.tar,rewrite-timestamp=true,source-date-epoch=$(git show -s --format=%ct HEAD)"
  solved_by_cache build-run "$output" "${stage[@]}" "${told[@]}"
  if [ -e "$work/no-cache" ]; then
    echo 'cold: the cache cannot be read' > "$work/cache"
  else
    $tool dockerfile-cache "$work/build-run.out" > "$work/cache"
  fi
  echo "cache: $(cat "$work/cache")"
}

# After the push: a build that failed keeps nothing, and one whose cache cannot be kept is as good.
keep() {
  if [ "${DROVER_KEEPS_CACHE:-}" != yes ]; then return; fi
  solve "to=$cache,mode=max,image-manifest=true,oci-mediatypes=true" "${stage[@]}" "${told[@]}" > "$work/keep.out" 2>&1 ||
    echo "the cache could not be kept: $(tail -n 1 "$work/keep.out")"
}

case "$1" in
  test) run_tests ;;
  *) "$1" ;;
esac
