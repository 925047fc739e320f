#!/usr/bin/env bash
# Set up haredge with what its tests need, a broker included, and run the tests.
#
#   scripts/test.sh                 all but the slow ones
#   scripts/test.sh -m ''           all
#   scripts/test.sh tests/test_window.py
set -euo pipefail
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE # every process would compile all that it imports
HAREDGE_APT="$(tr '\n' ' ' <scripts/test-packages.txt)" scripts/setup.sh dev train web cluster
scripts/promtool.sh

if [ $# = 0 ]; then set -- -m 'not slow'; fi
exec .venv/bin/python -m pytest "$@"
