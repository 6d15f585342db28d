# Sourced: Go's caches, kept between builds; go.mod's `go` and `toolchain` lines are read by Go itself (GOTOOLCHAIN=auto: from 1.21 it
# gets a newer one, as a module). On a person's machine they are its own, unless it is said otherwise.
if [ "$CODEBUILD_BUILD_IMAGE" != local ]; then go_caches=kept; else go_caches=${DROVER_GO_CACHES:-own}; fi
if [ "$go_caches" = kept ]; then
  GOMODCACHE="$kept/go-modules"
  GOCACHE="$kept/go-build"
  export GOMODCACHE GOCACHE
  echo 'cold: the install step is of its own' > "$work/cache"
else
  echo "hit: this machine's own" > "$work/cache"
fi
# A cache that may be removed like any folder. `-buildvcs` and what else a machine sets is said by each command itself.
GOFLAGS="${GOFLAGS:-} -modcacherw"
export go_caches GOFLAGS
