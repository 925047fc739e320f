#!/usr/bin/env bash
# Install haredge on a fresh Debian machine with a real systemd (systemd-nspawn), and try it there: scripts/board/trial.sh.
# Needs root, systemd-container, mmdebstrap; the first time it builds the machine (a minute), then it takes about two.
#
#   sudo scripts/board/nspawn.sh [TRIAL...]     some of trial.sh's trials; without names, all
#
# With HAREDGE_MACHINE=jetson the machine is as like a Jetson Nano's as a PC's processor allows: scripts/board/jetson.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."

cache=${HAREDGE_CACHE:-/var/cache/haredge}
work=$(mktemp -d "${TMPDIR:-/tmp}/haredge-nspawn.XXXXXX")
machine=$work/root

say() { printf 'nspawn: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

prepare() {
    tar=$(scripts/board/root.sh "${HAREDGE_MACHINE:-amd64}")
    mkdir -p "$machine" "$cache/pip"
    tar -C "$machine" -xf "$tar"
    # Ubuntu's leads to a resolver of its own, which does not know this machine's network.
    cp --dereference --remove-destination /etc/resolv.conf "$machine/etc/resolv.conf"
    scripts/board/copy.sh "$machine/srv/haredge"
}

boot() {
    # shellcheck disable=SC2024 # the log is ours
    setsid systemd-nspawn --quiet --boot --directory "$machine" --machine "haredge-$$" --register=no --keep-unit \
        --console=pipe --bind "$cache/pip:/var/cache/pip" --link-journal=no </dev/null >"$work/console.log" 2>&1 &
    nspawn=$!
    trap power_off EXIT
    for _ in {1..150}; do
        leader=$(pgrep -P "$nspawn" | head -n 1) || true
        case $(inside systemctl is-system-running 2>/dev/null || true) in running | degraded) return ;; esac
        kill -0 "$nspawn" 2>/dev/null || break
        sleep 0.2
    done
    tail -n 20 "$work/console.log" >&2
    die "the machine did not start (see above)"
}

inside() { [ -n "${leader:-}" ] && nsenter --target "$leader" --all -- "$@"; }

power_off() {
    inside systemctl poweroff >/dev/null 2>&1 || true
    timeout 20 tail --pid "$nspawn" -f /dev/null || kill -KILL -- "-$nspawn" 2>/dev/null || true
    rm -rf "$work"
}

[ "$(id -u)" = 0 ] || die "run it as root: sudo scripts/board/nspawn.sh"
command -v systemd-nspawn >/dev/null || die "systemd-nspawn is missing: apt install systemd-container"
prepare
boot
inside env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    PIP_NO_CACHE_DIR=false PIP_CACHE_DIR=/var/cache/pip PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
    /srv/haredge/scripts/board/trial.sh "$@"
