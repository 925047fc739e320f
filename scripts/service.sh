# shellcheck shell=bash
# Where an installed haredge lies, and how install.sh and uninstall.sh put its service in and out. Only sourced.
# Its variables are the script's that sources it.
# shellcheck disable=SC2034,SC2154

root=${HAREDGE_ROOT:-}
home=$root/opt/haredge
config=$root/etc/haredge/config.yaml
state=$root/var/lib/haredge
units=$root/etc/systemd/system
command=$root/usr/local/bin/haredge

has_systemd() { [ -d "$root/run/systemd/system" ]; }

# Make a version the one in use: a link swapped in one step, its units, its command.
activate() { # version's folder
    run ln -sfn "versions/$(basename "$1")" "$home/current.new"
    run mv -T "$home/current.new" "$home/current"
    run ln -sfn current/bin "$home/bin"
    run mkdir -p "$units" "$(dirname "$command")"
    run cp "$1"/share/haredge/systemd/*.service "$units"
    run ln -sfn "$home/bin/haredge" "$command"
    adapt_unit
    if has_systemd; then run systemctl daemon-reload; fi
}

# What this board's camera needs and others' must not have: NVIDIA's driver speaks through a socket in /tmp and through
# devices of its own.
adapt_unit() {
    [[ ${source:-} == gst:nvarguscamerasrc* ]] || return 0
    run mkdir -p "$units/haredge.service.d"
    run write_jetson_drop_in
}

write_jetson_drop_in() {
    cat >"$units/haredge.service.d/jetson.conf" <<'END'
[Service]
PrivateTmp=no
PrivateUsers=no
DevicePolicy=auto
MemoryDenyWriteExecute=no
SupplementaryGroups=
SupplementaryGroups=video
END
}

# A version that does not start where the one before it ran gives way to it.
start_or_go_back() {
    local ran=""
    if has_systemd && systemctl is-active --quiet haredge.service 'haredge@*.service'; then ran=yes; fi
    if [ -n "$ran" ] && [ "$new" = "$old" ] && same_units; then
        say "already in use: $(basename "$new")"
        return
    fi
    activate "$new"
    if ! has_systemd; then
        say "systemd does not run here: nothing was started"
        return
    fi
    # Once: whoever has several cameras, each a service of its own, may have switched the main one off.
    if [ -z "$old" ]; then run systemctl enable --quiet haredge.service; fi
    if run restart; then return; fi
    if [ -n "$ran" ] && [ "$new" != "$old" ]; then go_back; fi
    say "the service does not run yet: 'cd / && haredge doctor' and 'journalctl -u haredge' say why"
}

same_units() {
    local unit
    for unit in "$new"/share/haredge/systemd/*.service; do
        cmp --silent "$unit" "$units/$(basename "$unit")" || return 1
    done
}

restart() { # all cameras that are to run; waits until each has seen its first frame
    systemctl try-restart 'haredge@*.service' || return
    if systemctl is-enabled --quiet haredge.service; then systemctl restart haredge.service; fi
}

go_back() {
    say "the new version does not start; going back to $(basename "$old")"
    journalctl --unit haredge --lines 5 --output cat >&2 || true
    activate "$old"
    restart || true
    rm -rf "$new"
    die "the new version was taken out again; $(basename "$old") is in use"
}

remove_older() { # keeps the version in use and the one before
    local folder
    if [ "$new" = "$old" ]; then return; fi
    for folder in "$home"/versions/*/; do
        folder=${folder%/}
        case $folder in "$new" | "$old" | "$home/versions/*") ;; *) run rm -rf "$folder" ;; esac
    done
}
