#!/usr/bin/env bash
# Make .venv/ with haredge in it. Safe to run again; says what it installs.
#
#   scripts/setup.sh            haredge
#   scripts/setup.sh dev train  haredge with these extras
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else die "this needs root: run as root, or install manually: $*"
    fi
}

# The newest Python that both haredge and its interpreter support.
find_python() {
    local name
    for name in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.10 python3.14; do
        if command -v "$name" >/dev/null &&
            "$name" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 15))'; then
            printf '%s\n' "$name"
            return
        fi
    done
    die "no Python 3.10 to 3.14 here: install one (Debian, Ubuntu, Raspberry Pi OS: apt install python3)"
}

install_packages() { # Debian packages that are missing
    local missing=() package
    for package; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    command -v apt-get >/dev/null || die "install manually, as there is no apt-get here: ${missing[*]}"
    say "apt-get install ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >&2
}

make_venv() {
    local python
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv
    say "making .venv with $("$python" --version)"
    # picamera2 and libcamera come from Raspberry Pi OS through apt, and only such an environment sees them.
    local flags=()
    "$python" -c 'import picamera2' 2>/dev/null && flags+=(--system-site-packages)
    "$python" -m venv "${flags[@]}" .venv
}

install_haredge() {
    local install=(.venv/bin/python -m pip install --quiet --disable-pip-version-check)
    # uv, which developers have, takes a quarter of the time.
    case ,$extras, in *,dev,*)
        "${install[@]}" uv || return
        install=(.venv/bin/uv pip install --quiet --python .venv/bin/python)
        ;;
    esac
    "${install[@]}" -e ".${extras:+[$extras]}"
}

check_extras() { # extra...: pip says of an unknown one only a warning
    local known extra
    known=$(sed -n '/^\[options.extras_require\]/,/^\[options.entry_points\]/s/^\([a-z-]*\) =$/\1/p' setup.cfg)
    for extra; do
        grep -qxF -e "$extra" <<<"$known" || die "no extra '$extra'; there are: $(paste -sd' ' <<<"$known")"
    done
}
check_extras "$@"

# What .venv has been made from, and with which extras: none is taken away that another script asked for.
stamp=.venv/.haredge-setup
made_from=$(cat setup.cfg pyproject.toml | sha256sum | cut -c 1-64)
had=$(sed -n "s/^$made_from (\(.*\))$/\1/p" "$stamp" 2>/dev/null || true)
extras=$(printf '%s\n' "${had//,/$'\n'}" "$@" | sed '/^$/d' | sort -u | paste -sd, -)

apt=
if [ -n "${HAREDGE_APT:-}" ]; then
    read -ra packages <<<"$HAREDGE_APT"
    # Beside the libraries, unless a password may be asked for.
    if [ "$(id -u)" = 0 ]; then
        install_packages "${packages[@]}" &
        apt=$!
    else
        install_packages "${packages[@]}"
    fi
fi
.venv/bin/python -c '' 2>/dev/null || make_venv
if [ "$(cat "$stamp" 2>/dev/null)" != "$made_from ($extras)" ]; then
    say "installing haredge${extras:+ with extras $extras} into .venv"
    if ! output=$(install_haredge 2>&1); then die "haredge could not be installed:"$'\n'"$output"; fi
    printf '%s (%s)\n' "$made_from" "$extras" >"$stamp"
    .venv/bin/python -m pip list --disable-pip-version-check --format=freeze 2>/dev/null |
        grep -iE '^(haredge|ai-edge-litert|tflite-runtime|numpy|opencv|paho|pydantic|PyYAML|tensorflow)' |
        sed 's/^/setup:   /' >&2
fi
[ -z "$apt" ] || wait "$apt" || die "what haredge needs of Debian could not be installed (see above)"
say "ready: .venv/bin/haredge"
