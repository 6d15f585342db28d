# The image of a Go service: its program and nothing else.
set -eu
read -r _ _ name < "$work/program"
bash "$shared/push.sh" "$image" "[\"/app/$name\"]"
bash "$shared/keep.sh" go.sh
