#!/usr/bin/env bash
# Style, types, layers and shell scripts.
set -euo pipefail
cd "$(dirname "$0")/.."
HAREDGE_APT=shellcheck scripts/setup.sh dev train web cluster

.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/lint-imports --no-cache
.venv/bin/python scripts/draw_architecture.py --check
.venv/bin/python scripts/words.py
.venv/bin/python scripts/reference.py --check
shellcheck scripts/*.sh scripts/board/*.sh research/people/*.sh .ci/run
