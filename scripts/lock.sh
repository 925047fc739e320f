#!/usr/bin/env bash
# Pin what install.sh installs: write requirements/*.txt, with the checksums of every wheel, from requirements/*.in,
# and requirements/uv.txt. Needs the package index. Packages stay at the versions they have; --upgrade raises them.
#
#   scripts/lock.sh [--upgrade]
set -euo pipefail
cd "$(dirname "$0")/../requirements"

uv=0.13.8
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check "uv==$uv"

lock() { # name [option...]
    local name=$1
    shift
    "$tools/bin/uv" pip compile --quiet --system-certs --generate-hashes --custom-compile-command scripts/lock.sh \
        --no-emit-package colorama --output-file "$name.txt" "$@" "$name.in"
}

# One line for each architecture, by Debian's name: where uv's static binary is, and its checksum.
lock_uv() {
    curl --fail --silent --show-error https://pypi.org/simple/uv/ | UV=$uv python3 -c '
import os, re, sys
names = {"amd64": "musllinux_1_1_x86_64.whl", "arm64": "musllinux_1_1_aarch64.whl"}
page = sys.stdin.read()
for debian, ending in names.items():
    version = re.escape(os.environ["UV"])
    url, sha256 = re.search(rf"href=\"([^\"#]*/uv-{version}-py3-none-[^\"#]*{ending})#sha256=([0-9a-f]+)\"", page).groups()
    print(debian, sha256, url)
' >uv.txt
}

upgrade=("$@")
lock 64-bit --universal --python-version 3.10 --no-emit-package numpy "${upgrade[@]}"
lock numpy --universal --python-version 3.10 "${upgrade[@]}"
lock old-glibc --python-version 3.10 --python-platform aarch64-manylinux2014 --only-binary :all: "${upgrade[@]}"
lock 32-bit --universal --python-version 3.11 --no-emit-package numpy "${upgrade[@]}"
# typing-extensions is in each of those above, and pip takes a package from one file alone.
lock web --universal --python-version 3.10 --no-emit-package typing-extensions "${upgrade[@]}"
lock build --universal --python-version 3.10 "${upgrade[@]}"
lock_uv
