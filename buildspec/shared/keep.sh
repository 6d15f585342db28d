# keep.sh SCRIPT: after the push, what it keeps for the next build. One that cannot be kept leaves the build as good as it is.
bash "$shared/$1" keep || echo "cache: not kept: $1 ended with $?"
