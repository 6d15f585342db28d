# Sourced: Go's caches, kept between builds, both by content and so never stale; go.mod's `go` and `toolchain` lines are read by Go
# itself (GOTOOLCHAIN=auto: from 1.21 it gets a newer one, as a module).
GOMODCACHE="$CODEBUILD_SRC_DIR/.drover/cache/go/mod"
GOCACHE="$CODEBUILD_SRC_DIR/.drover/cache/go/build"
# A cache that may be removed like any folder. `-buildvcs` and what else a machine sets is said by each command itself.
GOFLAGS="${GOFLAGS:-} -modcacherw"
if [ -d "$GOCACHE" ]; then echo warm > "$work/cache"; else echo cold > "$work/cache"; fi
export GOMODCACHE GOCACHE GOFLAGS
