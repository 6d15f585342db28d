/** "Calculates the SHA-256 hash for a set of files in the CodeBuild source directory using glob patterns" (caching-s3, codebuild-hash-files). */
export const hashFiles = `#!/bin/bash
shopt -s globstar nullglob dotglob
cd "$CODEBUILD_SRC_DIR" || exit 1
files=()
for pattern in "$@"; do
  found=($pattern)
  for file in "\${found[@]}"; do [ -f "$file" ] && files+=("$file"); done
done
[ \${#files[@]} -gt 0 ] || { echo 'codebuild-hash-files: no file' >&2; exit 1; }
if command -v sha256sum > /dev/null; then sum=sha256sum; else sum='shasum -a 256'; fi
for file in "\${files[@]}"; do $sum < "$file"; done | $sum | cut -d ' ' -f 1
`;
