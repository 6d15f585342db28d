# The source must be the commit that was asked for: everything after this speaks of it.
set -eu
here=$(git rev-parse HEAD)
if [ "$here" != "$DROVER_COMMIT" ]; then
  echo "drover: the source is $here, not $DROVER_COMMIT" >&2
  exit 1
fi
