#!/usr/bin/env bash
# Make the folder of the Home Assistant add-on with haredge itself in it, as scripts/wheel.sh has built it.
#
#   scripts/addon.sh [DIR]    leaves DIR/haredge (default: dist/addon/haredge), to be copied into Home Assistant's folder addons
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-dist/addon}/haredge

die() { printf 'addon: %s\n' "$*" >&2; exit 1; }

version=$(sed -n 's/^__version__.* = "\(.*\)"$/\1/p' haredge/version.py)
wheel=$(find dist -maxdepth 1 -name "haredge-$version-*.whl" 2>/dev/null || true)
[ -n "$wheel" ] || die "dist/ has no wheel of haredge $version: run scripts/wheel.sh first"
rm -rf "$out"
mkdir -p "$out"
cp -r homeassistant/addon/haredge/. "$out"
rm -rf "$out/__pycache__"
cp "$wheel" "$out"
printf 'addon: copy %s into the folder addons of Home Assistant (docs/addon.md)\n' "$out"
