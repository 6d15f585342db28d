# Sourced: Go's caches, kept between builds, both by content and so never stale; go.mod's `go` and `toolchain` lines are read by Go
# itself (GOTOOLCHAIN=auto: from 1.21 it gets a newer one, as a module). On a person's machine they are its own.
if [ "$CODEBUILD_BUILD_IMAGE" != local ]; then
  GOMODCACHE="$CODEBUILD_SRC_DIR/.drover/cache/go/mod"
  GOCACHE="$CODEBUILD_SRC_DIR/.drover/cache/go/build"
  export GOMODCACHE GOCACHE
fi
# A cache that may be removed like any folder. `-buildvcs` and what else a machine sets is said by each command itself.
GOFLAGS="${GOFLAGS:-} -modcacherw"
if [ -d "${GOCACHE:-$(go env GOCACHE 2> /dev/null)}" ]; then echo warm > "$work/cache"; else echo cold > "$work/cache"; fi
export GOFLAGS
