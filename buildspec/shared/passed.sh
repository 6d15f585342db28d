# The end of the checks: from here on nothing is made of what failed one.
if [ -e "$work/failed" ]; then
  echo "drover: failed: $(tr '\n' ' ' < "$work/failed")" >&2
  exit 1
fi
