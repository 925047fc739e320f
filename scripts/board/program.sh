#!/usr/bin/env bash
# Install haredge on what takes itself for Raspberry Pi OS Bookworm, without systemd, and run it there: the "program" trial
# of scripts/board/trial.sh. The environment then shares apt's numpy, as it must beside picamera2.
#
#   sudo scripts/board/program.sh amd64     this processor: the 64-bit system's way
#   sudo scripts/board/program.sh armhf     the 32-bit system, whose programs an emulator runs (qemu-user)
#
# Needs root, systemd-container, mmdebstrap; for armhf qemu-user-static, binfmt-support, arch-test too.
set -euo pipefail
cd "$(dirname "$0")/../.."

architecture=${1:?which system: amd64 or armhf}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/haredge-program.XXXXXX")
trap 'rm -rf "$work"' EXIT
[ "$(id -u)" = 0 ] || { echo "program: run it as root: sudo scripts/board/program.sh $architecture" >&2; exit 1; }

tar=$(scripts/board/root.sh "$architecture")
mkdir "$work/root"
tar -C "$work/root" -xf "$tar"
echo 'A test machine' >"$work/root/etc/rpi-issue"
scripts/board/copy.sh "$work/root/srv/haredge"
systemd-nspawn --quiet --directory "$work/root" --register=no --keep-unit --pipe --setenv=HAREDGE_PATIENCE_S=300 \
    --setenv=PIP_CERT=/etc/ssl/certs/ca-certificates.crt /srv/haredge/scripts/board/trial.sh program </dev/null
