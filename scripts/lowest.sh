#!/usr/bin/env bash
# Run the quick tests with the lowest versions of everything that setup.cfg allows, in .venv-lowest (made by uv).
#
#   scripts/lowest.sh                  all quick tests but those of training
#   scripts/lowest.sh tests/web -x     arguments go to pytest
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh dev
uv=.venv/bin/uv

# The oldest Python of those that haredge supports that is here: the lowest versions have no wheels for newer ones.
for python in python3.10 python3.11 .venv/bin/python; do
    if "$python" -c '' 2>/dev/null; then break; fi
done

made_from=$(sha256sum setup.cfg scripts/lowest.sh | cut -c 1-64 | paste -sd ' ')
if [ "$(cat .venv-lowest/made-from 2>/dev/null)" != "$made_from" ]; then
    "$python" -m venv --clear .venv-lowest
    lock=.venv-lowest/lowest.txt
    # Without the extra train: TensorFlow is pinned, and its tests are skipped here.
    "$uv" pip compile -q --python .venv-lowest/bin/python --resolution lowest-direct --extra web --extra cluster \
        setup.cfg -o "$lock"
    "$uv" pip install -q --python .venv-lowest/bin/python -r "$lock" \
        av hypothesis jsonschema pytest pytest-rerunfailures pytest-timeout pytest-xdist
    echo "$made_from" >.venv-lowest/made-from
fi
[ $# != 0 ] || set -- -q -m 'not slow' -n "${HAREDGE_WORKERS:-auto}" --dist loadfile --reruns 1 -rfER
echo "lowest: $(grep -E '^(ai-edge|numpy|opencv|paho|pydantic|pyyaml|starlette|uvicorn|prometheus)[a-z-]*==' .venv-lowest/lowest.txt |
    paste -sd ' ')"
PYTHONPATH=$PWD exec .venv-lowest/bin/python -m pytest -p no:cacheprovider "$@"
