#!/usr/bin/env bash
# Measure speed and memory; arguments go to `haredge bench`.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec .venv/bin/haredge bench "$@"
