#!/usr/bin/env bash
# Copy what a user would have cloned: the tracked files and new ones that git does not ignore, as they are now.
#
#   scripts/board/copy.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p "$1"
git -c safe.directory="$PWD" ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' file; do if [ -e "$file" ]; then printf '%s\0' "$file"; fi; done |
    tar --null --files-from=- -cf - | tar -C "$1" --no-same-owner -xf -
