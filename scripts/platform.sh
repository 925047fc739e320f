# shellcheck shell=bash
# What install.sh needs to know of the machine it runs on, and what follows from it. Only sourced.
#
# Its variables are the script's that sources it.
# shellcheck disable=SC2034,SC2154
#
# Files are read under $HAREDGE_ROOT and programs are found on the PATH, so that tests can show it any machine.

root=${HAREDGE_ROOT:-}

detect_machine() {
    architecture=$(dpkg --print-architecture) # of the programs: a 32-bit system may run on a 64-bit kernel
    processor=$(uname -m)
    glibc=$(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2)
    board=$(tr -d '\0' 2>/dev/null <"$root/proc/device-tree/model") || board="$processor machine"
    system=$(os_release PRETTY_NAME)
    [ ! -e "$root/etc/rpi-issue" ] || system="Raspberry Pi OS ($system)"
    detect_python
    detect_camera
}

os_release() { # key
    (
        # shellcheck source=/dev/null
        . "$root/etc/os-release"
        printf '%s\n' "${!1:-unknown}"
    )
}

# The system's own Python, or another that is installed and has wheels. Without one, python is empty.
detect_python() {
    local name
    python="" python_version=$(version_of python3 || echo none)
    for name in python3 python3.13 python3.12 python3.11 python3.10 python3.14; do
        if has_wheels "$(version_of "$name" || true)"; then
            python=$name python_version=$(version_of "$name")
            return
        fi
    done
}

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

has_wheels() { [[ $1 =~ ^3\.(10|11|12|13|14)$ ]]; }

# camera: csi, usb or none; source: how config.yaml names it.
detect_camera() {
    local name device
    camera=none source=0
    for name in "$root"/sys/class/video4linux/video*/name; do
        [ -e "$name" ] || continue
        device=$(basename "$(dirname "$name")")
        case $(<"$name") in
        unicam* | rp1-cfe*) camera=csi source=csi ;;
        vi-output*) camera=csi source=$(jetson_pipeline) ;;
        # What a Pi has without any camera: the ISP, codecs and the like; and each camera's node for metadata.
        bcm2835-* | pispbe* | rpi-* | rpivid | hevc* | *" Metadata"*) continue ;;
        *) [ "$camera" != none ] || camera=usb source=${device#video} ;;
        esac
    done
}

jetson_pipeline() {
    printf 'gst:nvarguscamerasrc ! video/x-raw(memory:NVMM),width=1280,height=720,framerate=30/1 %s' \
        '! nvvidconv ! video/x-raw,width=640,height=360,format=I420'
}

at_least() { printf '%s\n%s\n' "$2" "$1" | sort --version-sort --check=quiet; } # version, least

# Sets what to install: lock files, packages for apt, whether haredge sees the system's Python packages, and whether
# its Python comes from uv. Ends with clear words where haredge cannot run.
choose_plan() {
    locks=() packages=(python3-venv) site_packages=no python_from=system
    case $architecture in
    amd64 | arm64)
        if at_least "$glibc" 2.34; then plan_64_bit; else plan_old_glibc; fi
        ;;
    armhf) plan_32_bit ;;
    *) die "haredge runs on arm64, armhf and amd64; this is $architecture: no TFLite interpreter exists for it" ;;
    esac
    locks+=(web) # a view that the configuration enables must be there; 6 MB, which are not loaded otherwise
}

plan_64_bit() {
    [ -n "$python" ] || die "there is no TFLite interpreter for Python $python_version: it has wheels for 3.10 to 3.14;" \
        "install one of these beside it (such as: apt install python3.13 python3.13-venv) and run this again"
    locks=(64-bit)
    [ "$python" = python3 ] || packages=("$python-venv")
    if [ "$python" = python3 ] && [ -e "$root/etc/rpi-issue" ]; then
        share_system_packages
    else
        locks+=(numpy)
    fi
}

# On Raspberry Pi OS picamera2 comes through apt, and its numpy with it: the only one that both may use.
share_system_packages() {
    site_packages=yes
    packages+=(python3-numpy)
    [ "$camera" != csi ] || packages+=(python3-picamera2)
}

plan_old_glibc() {
    # What the wheels of tflite-runtime 2.13 ask of the C library.
    local least=2.27
    [ "$architecture" != amd64 ] || least=2.29
    at_least "$glibc" "$least" || die "glibc $glibc is too old for any TFLite interpreter, which need $least: upgrade the system"
    [ "$camera" != csi ] || packages+=(gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good)
    packages=("${packages[@]/python3-venv/curl}")
    locks=(old-glibc) python_from=uv python_version=3.10
}

plan_32_bit() {
    [ "$processor" != armv6l ] || die "this board's ARMv6 processor has no TFLite interpreter:" \
        "haredge needs a Raspberry Pi 2 or Zero 2 W, or newer"
    [ "$python_version" = 3.11 ] || die "there is no 32-bit TFLite interpreter for Python $python_version ($system):" \
        "only for Bookworm's 3.11; install the 64-bit system, which every Raspberry Pi from the 3 on can run"
    locks=(32-bit)
    share_system_packages
    packages+=(python3-opencv python3-yaml)
}
