#!/usr/bin/env bash
# Build a Debian root for a test machine, once; print where its tar file lies. Needs root, mmdebstrap and, for another
# architecture than this machine's, qemu-user-static and arch-test.
#
#   scripts/board/root.sh amd64|arm64|armhf
#   scripts/board/root.sh kernel-arm64      Debian's kernel and a static busybox, unpacked and never run
#   scripts/board/root.sh jetson            Ubuntu (amd64), as like a Jetson Nano's as may be: scripts/board/jetson.sh
#
# The cache is $HAREDGE_CACHE, by default /var/cache/haredge; a tar file is named for what is in it.
set -euo pipefail

here=$(realpath "$(dirname "$0")")
cache=${HAREDGE_CACHE:-/var/cache/haredge}
ubuntu=http://archive.ubuntu.com/ubuntu
compiler=gcc,make,libc6-dev,zlib1g-dev,libssl-dev,libffi-dev,libsqlite3-dev,liblzma-dev,libbz2-dev
common=systemd,systemd-sysv,dbus,udev,kmod,procps,iproute2,ca-certificates,python3,mosquitto,mosquitto-clients

say() { printf 'board: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

packages() { # what a machine has beside Debian's minimum
    case $1 in
    amd64) echo "$common" ;;
    arm64) echo "$common,python3-venv,v4l-utils" ;;
    # What install.sh would fetch through apt on the 32-bit system: minutes under emulation, so it is there already.
    armhf) echo "ca-certificates,python3,python3-venv,python3-numpy,python3-opencv,python3-yaml" ;;
    kernel-arm64) echo "linux-image-arm64,busybox-static" ;;
    jetson) echo "$common,apt,curl,xz-utils,$compiler" ;;
    *) die "no such machine: $1 (amd64, arm64, armhf, kernel-arm64, jetson)" ;;
    esac
}

choose_source() { # what the machine's packages come from
    case $1 in
    jetson)
        suite=focal architecture=amd64
        # Debian has no keyring of Ubuntu's: the machine is there for a trial and nothing else.
        mirrors=("deb [trusted=yes] $ubuntu focal main universe" "deb [trusted=yes] $ubuntu focal-updates main universe")
        ;;
    *)
        suite=bookworm architecture=${1#kernel-}
        mirrors=("deb http://deb.debian.org/debian bookworm main")
        ;;
    esac
}

enable_emulation() { # let the kernel run the programs of another architecture
    [ "$1" != "$(dpkg --print-architecture)" ] || return 0
    [ -e /proc/sys/fs/binfmt_misc/register ] || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    arch-test "$1" >/dev/null || update-binfmts --enable
    arch-test "$1" >/dev/null || die "this machine cannot run $1 programs: apt install qemu-user-static binfmt-support"
}

# What a machine behind a proxy of its own needs to trust, and what makes an emulated boot quick.
hooks() {
    printf '%s\n' \
        "--customize-hook=mkdir -p \"\$1\"/usr/local/share/ca-certificates" \
        "--customize-hook=cp -r /usr/local/share/ca-certificates/. \"\$1\"/usr/local/share/ca-certificates" \
        "--customize-hook=chroot \"\$1\" update-ca-certificates" \
        "--customize-hook=chroot \"\$1\" systemctl mask serial-getty@.service systemd-networkd.service \
            systemd-networkd-wait-online.service systemd-firstboot.service >/dev/null 2>&1 || true" \
        "--customize-hook=echo board >\"\$1\"/etc/hostname; echo 127.0.0.1 localhost board >>\"\$1\"/etc/hosts"
}

build() { # tar
    local arguments=(--variant=minbase "--architectures=$architecture" "--include=$(packages "$machine")")
    case $machine in
    kernel-*) arguments[0]=--variant=extract ;;
    *)
        mapfile -t -O 3 arguments < <(hooks)
        enable_emulation "$architecture"
        ;;
    esac
    say "building $1 (minutes, once)"
    trap 'rm -f "$tar.part.tar"' EXIT
    [ "$machine" != jetson ] || arguments+=("--customize-hook=$here/jetson.sh \"\$1\"")
    mmdebstrap --quiet "${arguments[@]}" "$suite" "$1.part.tar" "${mirrors[@]}" >&2
    mv "$1.part.tar" "$1"
}

machine=${1:?which machine: amd64, arm64, armhf, kernel-arm64, jetson}
choose_source "$machine"
command -v mmdebstrap >/dev/null || die "mmdebstrap is missing: apt install mmdebstrap"
mkdir -p "$cache"
tar=$cache/$machine-$suite-$({ packages "$machine"; declare -f hooks; } | sha256sum | head -c 12).tar
[ -e "$tar" ] || build "$tar"
printf '%s\n' "$tar"
