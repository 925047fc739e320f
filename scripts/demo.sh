#!/usr/bin/env bash
# Set up haredge and run its main job as a dry run: no broker needed, nothing leaves this machine.
#
#   scripts/demo.sh                    the clip that comes with haredge
#   scripts/demo.sh 0                  the first webcam
#   scripts/demo.sh clip.mp4 [OPTION]  a video; options go to haredge (see haredge --help)
set -euo pipefail
clone=$(cd "$(dirname "$0")/.." && pwd) # the video's path is one of the folder that this is run in
"$clone/scripts/setup.sh"

if [ $# = 0 ] || [[ $1 == -* ]]; then source=$clone/haredge/synthetic/demo.webm; else source=$1; shift; fi
exec "$clone/.venv/bin/haredge" --dry-run --source "$source" "$@"
