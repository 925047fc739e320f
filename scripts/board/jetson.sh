#!/usr/bin/env bash
# Make an Ubuntu 20.04 root as like a Jetson Nano's 18.04 (JetPack 4.6) as a PC's processor allows, for whose wheels 18.04's
# glibc is too old: systemd 237, no group "render", and a Python 3.10 where uv takes it for one that it has fetched from
# GitHub, which not every test machine may reach. Needs root; scripts/board/root.sh calls it.
#
#   scripts/board/jetson.sh ROOT
set -euo pipefail

root=${1:?which root folder}
ubuntu=http://archive.ubuntu.com/ubuntu
python=$ubuntu/pool/main/p/python3.10/python3.10_3.10.12.orig.tar.xz
sha256=afb74bf19130e7a47d10312c8f5e784f24e0527981eab68e20546cfb865830b8
prefix=/opt/haredge/python/cpython-3.10.12-linux-x86_64-gnu

inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive "$@" >/dev/null; }

take_old_systemd() {
    printf 'deb [trusted=yes] %s %s main\n' "$ubuntu" bionic "$ubuntu" bionic-updates >"$root/etc/apt/sources.list.d/bionic.list"
    touch "$root/var/lib/dpkg/available"
    inside apt-get update -qq
    inside apt-get install -qq -y --allow-downgrades {systemd,systemd-sysv,libsystemd0,udev,libudev1}=237-3ubuntu10.57
    inside groupdel render
}

compile_python() { # Ubuntu 22.04's
    curl --fail --silent --show-error --output "$root/srv/python.tar.xz" "$python"
    echo "$sha256  $root/srv/python.tar.xz" | sha256sum --check --quiet
    inside sh -ec "
        cd /srv
        tar -xf python.tar.xz
        cd Python-3.10.12
        ./configure --quiet --prefix=$prefix
        make --silent --jobs=$(nproc) 2>&1
        make --silent install 2>&1
        rm -r /srv/* $prefix/lib/python3.10/test
    "
}

take_old_systemd
compile_python
