#!/usr/bin/env bash
# Put Prometheus's own checker into .venv/bin, for the tests of /metrics. Debian has it in the package prometheus, which
# is unpacked and not installed: it would start a server on every network of this machine. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }

if command -v promtool >/dev/null || [ -x .venv/bin/promtool ]; then exit; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
say "promtool, out of Debian's package prometheus"
if (cd "$folder" && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb .) >/dev/null 2>&1; then
    install -m 755 "$folder/usr/bin/promtool" .venv/bin/promtool
else
    say "no promtool here: the test that needs it is skipped"
fi
