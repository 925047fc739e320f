#!/usr/bin/env bash
# Install haredge on an emulated 64-bit ARM board with a camera, and try it there: scripts/board/trial.sh. The processor is a
# Raspberry Pi 4's (Cortex-A72) unless HAREDGE_CPU says otherwise (cortex-a57: a Jetson Nano's), the kernel is Debian's, the
# camera is vivid's. Everything is emulated: frame rates mean nothing there.
#
#   sudo scripts/board/qemu.sh [TRIAL...]     without names: install publish doctor watchdog kill memory camera_rate camera bad_config uninstall
#
# Needs root, qemu-system-arm, mmdebstrap, qemu-user-static, binfmt-support, arch-test, kmod, cpio, e2fsprogs.
set -euo pipefail
cd "$(dirname "$0")/../.."

cpu=${HAREDGE_CPU:-cortex-a72}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/haredge-qemu.XXXXXX")
board=$work/root
modules=(virtio_pci virtio_blk virtio_net virtio_rng ext4 vivid)
trap 'rm -rf "$work"' EXIT

say() { printf 'qemu: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

check_tools() {
    [ "$(id -u)" = 0 ] || die "run it as root: sudo scripts/board/qemu.sh"
    local tool
    for tool in qemu-system-aarch64 mmdebstrap depmod cpio mke2fs; do
        command -v "$tool" >/dev/null || die "$tool is missing: see the packages at the top of this script"
    done
}

unpack() {
    local root_tar kernel_tar
    root_tar=$(scripts/board/root.sh arm64)
    kernel_tar=$(scripts/board/root.sh kernel-arm64)
    mkdir -p "$board" "$work/kernel"
    tar -C "$board" -xf "$root_tar"
    tar -C "$work/kernel" -xf "$kernel_tar" --wildcards './bin/busybox' './boot/*' './lib/modules/*'
    release=$(basename "$work"/kernel/lib/modules/*)
}

# Only the modules that the board needs, with what those need.
copy_modules() { # into this root
    local root=$1 module
    depmod --basedir "$work/kernel" "$release"
    for module in "${modules[@]}"; do
        modprobe --dirname "$work/kernel" --set-version "$release" --show-depends "$module"
    done | sed -n "s|^insmod $work/kernel/\([^ ]*\).*|\1|p" | awk '!seen[$0]++' >"$work/modules"
    tar -C "$work/kernel" -cf - --files-from="$work/modules" "lib/modules/$release"/modules.{order,builtin,builtin.modinfo} |
        tar -C "$root" --keep-directory-symlink -xf -
    depmod --basedir "$root" "$release"
}

# Loads what is needed to reach the disk, and hands over.
make_initrd() {
    local initrd=$work/initrd
    mkdir -p "$initrd"/{bin,dev,proc,sys,root}
    cp "$work/kernel/bin/busybox" "$initrd/bin"
    (cd "$work/kernel" && grep -E 'virtio|ext4|jbd2|mbcache|crc' "$work/modules" | xargs cp --target-directory "$initrd")
    {
        echo '#!/bin/busybox sh'
        echo '/bin/busybox mount -t devtmpfs none /dev'
        grep -E 'virtio|ext4|jbd2|mbcache|crc' "$work/modules" | sed 's|.*/|/bin/busybox insmod /|'
        echo 'until /bin/busybox mount -t ext4 /dev/vda /root; do /bin/busybox sleep 1; done'
        echo 'exec /bin/busybox switch_root /root /sbin/init'
    } >"$initrd/init"
    chmod +x "$initrd/init"
    (cd "$initrd" && find . | cpio --quiet --create --format=newc | gzip -1) >"$work/initrd.gz"
}

furnish() {
    scripts/board/copy.sh "$board/srv/haredge"
    echo 'options vivid n_devs=1 input_types=0x00' >"$board/etc/modprobe.d/vivid.conf"
    echo vivid >"$board/etc/modules-load.d/vivid.conf"
    echo 'nameserver 10.0.2.3' >"$board/etc/resolv.conf"
    systemd-id128 new >"$board/etc/machine-id"
    cat >"$board/etc/systemd/system/trial.service" <<END
[Unit]
After=mosquitto.service systemd-modules-load.service
SuccessAction=poweroff
FailureAction=poweroff
[Service]
Type=oneshot
Environment=HOME=/root HAREDGE_PATIENCE_S=240 HAREDGE_WATCHDOG_S=30 PIP_CERT=/etc/ssl/certs/ca-certificates.crt
ExecStartPre=/bin/sh -c 'cd /sys/class/net; for n in e*; do ip link set \$n up; ip addr add 10.0.2.15/24 dev \$n; done'
ExecStartPre=/sbin/ip route add default via 10.0.2.2
ExecStart=/srv/haredge/scripts/board/trial.sh $*
ExecStopPost=/bin/sh -c 'echo "trial: \$EXIT_STATUS"'
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyAMA0
TimeoutStartSec=infinity
[Install]
WantedBy=multi-user.target
END
    ln -s ../trial.service "$board/etc/systemd/system/multi-user.target.wants/trial.service"
}

run_board() {
    mke2fs -q -t ext4 -d "$board" "$work/root.img" 4G >/dev/null 2>&1
    say "starting a $cpu"
    timeout "${HAREDGE_BOARD_LIMIT_S:-1800}" qemu-system-aarch64 -M virt -accel tcg,thread=multi -cpu "$cpu" -smp "$(nproc)" -m 2048 \
        -nographic -no-reboot -netdev user,id=net -device virtio-net-pci,netdev=net,romfile= -device virtio-rng-pci \
        -kernel "$work"/kernel/boot/vmlinuz-* -initrd "$work/initrd.gz" \
        -append 'console=ttyAMA0 panic=1 quiet systemd.show_status=no net.ifnames=0' \
        -drive "file=$work/root.img,format=raw,if=virtio,cache=unsafe" </dev/null | stdbuf -o0 tr -d '\r' | tee "$work/serial.log"
}

[ $# != 0 ] || set -- install publish doctor watchdog kill memory camera_rate camera bad_config uninstall
check_tools
unpack
copy_modules "$board"
make_initrd
furnish "$@"
run_board
grep -q '^trial: 0$' "$work/serial.log" || die "the trial failed (see above)"
