#!/usr/bin/env bash
# Take haredge out again. The configuration and what haredge has stored stay, except with --purge. Packages that
# install.sh fetched through apt stay too: others may use them by now.
#
#   sudo scripts/uninstall.sh
#   sudo scripts/uninstall.sh --purge       the configuration, models and state too
#   scripts/uninstall.sh --dry-run [--purge]
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'uninstall: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# shellcheck source=service.sh
. scripts/service.sh

run() { # command...: run it, or with --dry-run print it
    if [ -n "$dry_run" ]; then printf 'would run: %s\n' "$*"; else "$@"; fi
}

parse_arguments() {
    dry_run="" purge=""
    for argument; do
        case $argument in
        --dry-run) dry_run=yes ;;
        --purge) purge=yes ;;
        --help | -h) sed -n '2,/^[^#]/s/^# \{0,1\}//p' scripts/uninstall.sh; exit ;;
        *) die "unknown argument: $argument (there are --purge and --dry-run)" ;;
        esac
    done
}

remove_service() {
    if has_systemd; then
        # A pattern: unlike a name it may match nothing.
        run systemctl stop 'haredge[.@]*service'
        run systemctl disable --quiet haredge.service haredge@.service 2>/dev/null || true
    fi
    run rm -f "$units"/haredge.service "$units"/haredge@.service
    remove_drop_ins "$units"/haredge.service.d
    remove_drop_ins "$units"/haredge@.service.d
    if has_systemd; then
        run systemctl daemon-reload
        run systemctl reset-failed 'haredge*' 2>/dev/null || true
    fi
}

remove_drop_ins() { # folder: what a user has changed of the service is a part of the configuration
    if [ -n "$purge" ]; then run rm -rf "$1"; fi
    [ -d "$1" ] || return 0
    local name
    for name in "${drop_ins[@]}"; do run rm -f "$1/$name.conf"; done
    run rmdir --ignore-fail-on-non-empty "$1"
}

# What install.sh and the services have made, and nothing else that is called alike.
remove_config_and_state() {
    local camera
    for camera in "" "${cameras[@]/#/-}"; do remove_state "$(basename "$state")$camera"; done
    run rm -rf "$(dirname "$config")"
    if getent group "$readers" >/dev/null; then run groupdel "$readers"; fi
}

remove_state() { # name: a DynamicUser's state lies under private/, and the usual place is a link to it
    run rm -rf "$(dirname "$state")/$1" "$(dirname "$state")/private/$1"
}

find_cameras() { # further ones: each has a configuration, and a service that may be enabled
    local found
    cameras=()
    for found in "$(dirname "$config")"/*.yaml "$units"/*.wants/haredge@*.service; do
        [ -e "$found" ] || [ -L "$found" ] || continue
        found=$(basename "$found")
        found=${found#haredge@} found=${found%.service} found=${found%.yaml}
        [ "$found" = config ] || cameras+=("$found")
    done
}

parse_arguments "$@"
run_alone uninstall.sh
find_cameras
remove_service
run rm -rf "$home" "$command"
if [ -n "$purge" ]; then
    remove_config_and_state
fi
if [ -n "$dry_run" ]; then
    say "nothing was done, as --dry-run was asked for"
elif [ -n "$purge" ]; then
    say "haredge is gone"
else
    say "haredge is gone; $(dirname "$config") and $state are still there (--purge removes them too)"
fi
