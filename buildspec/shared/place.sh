# Sourced: the source at the same path in every build, for compilers that write paths into what they make. CodeBuild's is
# another each time (/codebuild/output/src<number>/src/…: "Environment variables in build environments", CODEBUILD_SRC_DIR).
place=$CODEBUILD_SRC_DIR
case "$CODEBUILD_SRC_DIR/" in
  */src[0-9]*/src/*)
    place="${CODEBUILD_SRC_DIR%%/src[0-9]*}/drover-source"
    rm -rf "$place" && cp -a "$CODEBUILD_SRC_DIR" "$place"
    ;;
esac
cd "$place"
# And what they find their own results again by: Go's cache knows packages by the path of their folder (cmd/go/internal/work/exec.go).
kept="$(dirname "$place")/.drover-kept"
rm -rf "$kept"
export place kept
