#!/usr/bin/env bash
# Give haredge damaged and hostile input of every kind: packets of a broker, configurations, models, videos, web requests.
# Each runs in processes of its own; a crash, a hang, a traceback or a secret that shows up ends this with status 1.
#
#   scripts/fuzz.sh            a minute of each, another seed each day
#   scripts/fuzz.sh 600 7      ten minutes of each, from seed 7
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh dev train web cluster

seconds=${1:-60} seed=${2:-$(date +%Y%m%d)}
for kind in broker configs models videos web; do
    echo "== $kind, seed $seed, $seconds s"
    .venv/bin/python "scripts/faults/$kind.py" --seconds "$seconds" --seed "$seed"
done
