#!/usr/bin/env bash
# Install haredge as a service, or upgrade it. Asks nothing; safe to run again.
#
#   sudo scripts/install.sh
#   scripts/install.sh --dry-run     only print what it would do
#
# A version lives in a folder of its own under /opt/haredge/versions and /opt/haredge/current points at the one in use.
# A new version must pass its self-test, and start where the old one ran, or the old one stays. The configuration
# (/etc/haredge) and state (/var/lib/haredge) are kept. The system's Python packages are never touched.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'install: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# shellcheck source=platform.sh
. scripts/platform.sh
# shellcheck source=service.sh
. scripts/service.sh

umask 022 # the service is another user than root, and must be able to read all of it
need_mb=1000 # while a version is made beside the old one

run() { # command...: run it, or with --dry-run print it
    if [ -n "$dry_run" ]; then printf 'would run: %s\n' "$*"; else "$@"; fi
}

parse_arguments() {
    dry_run=""
    for argument; do
        case $argument in
        --dry-run) dry_run=yes ;;
        --help | -h) sed -n '2,/^[^#]/s/^# \{0,1\}//p' scripts/install.sh; exit ;;
        *) die "unknown argument: $argument (there is --dry-run)" ;;
        esac
    done
}

describe() {
    say "$board, $system, $architecture, glibc $glibc"
    say "Python $python_version from ${python_from/#system/the system}, camera: $camera, pinned: ${locks[*]}"
}

install_packages() { # those that are missing
    local missing=() package
    for package in "${packages[@]}"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} != 0 ] || return 0
    say "apt-get install ${missing[*]}"
    run apt-get update -qq
    run env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >&2
}

# What is to be installed, named by version and content, so that the same again needs no work.
name_version() {
    local content
    content=$({ cat_sources; echo "$python_version" "${locks[@]}" "$site_packages"; } | sha256sum | head -c 8)
    new=$home/versions/$(sed -n 's/^__version__.* = "\(.*\)"/\1/p' haredge/version.py)-$content
    old=$(readlink -e "$home/current" || true)
}

cat_sources() {
    find haredge models systemd requirements setup.cfg pyproject.toml -type f ! -name '*.pyc' |
        LC_ALL=C sort | xargs -d '\n' sha256sum
}

build_version() {
    if [ -e "$new/complete" ]; then return; fi
    say "installing into $new"
    check_space
    run rm -rf "$new"
    make_environment
    install_wheels
    install_haredge
    run touch "$new/complete"
}

check_space() {
    [ -z "$dry_run" ] || return 0
    local free_mb
    free_mb=$(df --output=avail --block-size=1M "$root/opt" | tail -n 1 | tr -d ' ')
    [ "$free_mb" -ge "$need_mb" ] || die "/opt has $free_mb MB left, and making a version needs $need_mb MB: make room"
}

make_environment() {
    local flags=()
    [ "$site_packages" = no ] || flags+=(--system-site-packages)
    [ "$python_from" = system ] || fetch_python
    run "$python" -m venv "${flags[@]}" "$new"
}

# A Python beside the system's, through uv: a static program that lies in a wheel.
fetch_python() {
    local sha256 url
    read -r _ sha256 url < <(grep "^$architecture " requirements/uv.txt)
    run mkdir -p "$home"
    [ -x "$home/uv" ] || fetch_uv "$url" "$sha256"
    run env UV_PYTHON_INSTALL_DIR="$home/python" "$home/uv" python install --quiet --no-bin "$python_version"
    python=$home/python/cpython-$python_version-linux-$processor-gnu/bin/python3
}

fetch_uv() { # url, checksum
    run curl --fail --silent --show-error --location --output "$home/uv.zip" "$1"
    run check_sha256 "$home/uv.zip" "$2"
    run python3 -m zipfile -e "$home/uv.zip" "$home/uv.files"
    run find "$home/uv.files" -path '*/scripts/uv' -exec install -m 755 {} "$home/uv" ';'
    run rm -r "$home/uv.zip" "$home/uv.files"
}

check_sha256() { # file, checksum
    echo "$2  $1" | sha256sum --check --quiet || die "$1 is not what it should be: the download is damaged, or forged"
}

# Exactly the pinned wheels, whatever the system has of them; nothing is compiled on the device.
install_wheels() {
    local lock files=(-r requirements/build.txt)
    for lock in "${locks[@]}"; do files+=(-r "requirements/$lock.txt"); done
    pip --require-hashes --no-deps --ignore-installed --only-binary :all: "${files[@]}"
}

install_haredge() {
    # A copy, since building leaves files behind in the tree.
    local copy=$new/source
    run mkdir -p "$copy" "$new/share/haredge"
    run cp -r haredge setup.cfg pyproject.toml README.md LICENSE config.yaml "$copy"
    pip --no-index --no-deps --no-build-isolation "$copy"
    run rm -r "$copy"
    run cp -r models systemd config.yaml "$new/share/haredge"
    run chmod -R a+rX "$new/share/haredge" # in the tree they may be for their owner alone
}

pip() { # arguments of pip install; an SD card is spared the cache
    run env PIP_NO_CACHE_DIR="${PIP_NO_CACHE_DIR:-1}" \
        "$new/bin/python" -m pip install --quiet --disable-pip-version-check "$@" ||
        die "pip could not install what is needed (see above); nothing has changed: run this again"
}

configure() { # once; afterwards the file is the user's
    if [ -e "$config" ]; then return; fi
    say "writing $config with source: $source"
    run install -d -m 755 "$(dirname "$config")"
    run write_config
    # Further cameras' configurations, which are made in the folder, get its group.
    run chgrp "$readers" "$(dirname "$config")" "$config"
    run chmod g+s "$(dirname "$config")"
}

write_config() { # it may get the password of a camera: for root and the service alone
    (umask 027 && sed "s|^source: .*|source: \"$source\"|" config.yaml >"$config.new")
    mv "$config.new" "$config"
}

make_group() { # whose members may read the configuration: the services, and the user who installs
    getent group "$readers" >/dev/null || run groupadd --system "$readers"
    [ -z "${SUDO_USER:-}" ] || run usermod --append --groups "$readers" "$SUDO_USER"
}

# The models, the interpreter and the configuration; not what lies outside: a camera or broker may be away.
self_test() {
    say "testing the new version"
    # Not from here, where the models that have not been installed lie.
    run env --chdir=/ "$new/bin/haredge" doctor --offline --config "$config" >&2 || die_untested
}

die_untested() {
    if [ "$new" != "$old" ]; then rm -rf "$new"; fi
    die "the new version failed its self-test (see above) and is not used${old:+; $(basename "$old") stays}"
}

main() {
    parse_arguments "$@"
    detect_machine
    choose_plan
    describe
    run_alone install.sh
    install_packages
    name_version
    build_version
    make_group
    configure
    self_test
    start_or_go_back
    remove_older
    [ -z "$dry_run" ] || { say "nothing was done, as --dry-run was asked for"; return; }
    say "done: $(basename "$new") in $home; 'cd / && sudo haredge doctor' shows how it is"
}

main "$@"
