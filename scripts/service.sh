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
drop_ins=(old-systemd no-render-group jetson) # by the reason; all others are the user's own, made by "systemctl edit"
readers=haredge-config # the group that may read the configuration: the service, whose own user exists only while it runs

run_alone() { # as root, and neither install.sh nor uninstall.sh beside it
    [ -z "$dry_run" ] || return 0
    [ "$(id -u)" = 0 ] || die "run it as root: sudo scripts/$1"
    mkdir -p "$root/run"
    exec 9>"$root/run/haredge-install.lock"
    flock --nonblock 9 || die "another install.sh or uninstall.sh is running: wait until it has ended"
}

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

# What this machine needs and others must not have: a drop-in for each reason, for one camera and for several.
adapt_unit() {
    local name
    for name in "${drop_ins[@]}"; do drop_in "$name" "${name//-/_}"; done
}

drop_in() { # name, function that prints the lines of [Service] for a unit's state folder, or nothing
    local folder lines
    for folder in haredge.service.d haredge@.service.d; do
        lines=$("$2" "$([ "$folder" = haredge.service.d ] && echo haredge || echo haredge-%i)")
        if [ -n "$lines" ]; then
            run mkdir -p "$units/$folder"
            run write "$units/$folder/$1.conf" "[Service]
$lines"
        elif [ -e "$units/$folder/$1.conf" ]; then
            run rm "$units/$folder/$1.conf"
        fi
    done
}

write() { printf '%s\n' "$2" >"$1"; } # file, content

old_systemd() { # name of the state folder
    local version
    version=$(systemctl --version 2>/dev/null | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
    [ -n "$version" ] || return 0
    # Without @system-service nothing would be allowed but what every program needs: what is not wanted is named instead.
    [ "$version" -ge 240 ] || cat <<END
SystemCallFilter=
SystemCallFilter=~@clock @cpu-emulation @debug @module @mount @obsolete @privileged @raw-io @reboot @resources @swap
Environment=STATE_DIRECTORY=/var/lib/$1
Environment=RUNTIME_DIRECTORY=/run/$1
END
    # What LoadCredential= does from 247 on.
    [ "$version" -ge 247 ] || cat <<END
ExecStartPre=+/bin/sh -ec 'cd /etc/haredge; mkdir -p -m 755 /run/credentials; umask 077; rm -rf /run/credentials/%n; \
    mkdir /run/credentials/%n; for secret in mqtt-password mqtt-key view-token webhook-secret; do \
    if [ -e \$\$secret ]; then cat \$\$secret; else echo; fi >/run/credentials/%n/\$\$secret; done; \
    chown -R --reference=/var/lib/private/$1 /run/credentials/%n'
ExecStopPost=+/bin/rm -rf /run/credentials/%n
END
    # It cannot bind a folder below a link: a further camera gets a copy of the models that were added. Other services'
    # state is hidden from this one, even while root prepares it.
    [ "$version" -ge 247 ] || [ "$1" = haredge ] || cat <<END
BindReadOnlyPaths=
ExecStartPre=+/usr/bin/nsenter --target 1 --mount /bin/sh -ec 'rm -rf /var/lib/private/$1/models; ! [ -d /var/lib/haredge/models ] || \
    cp -RT /var/lib/haredge/models /var/lib/private/$1/models; chown -R --reference=/var/lib/private/$1 /var/lib/private/$1'
END
}

no_render_group() {
    getent group render >/dev/null || printf '%s\n' SupplementaryGroups= "SupplementaryGroups=video $readers"
}

jetson() { # NVIDIA's driver speaks through a socket in /tmp and through devices of its own
    [[ ${source:-} == gst:nvarguscamerasrc* ]] || return 0
    cat <<END
PrivateTmp=no
PrivateUsers=no
DevicePolicy=auto
MemoryDenyWriteExecute=no
SupplementaryGroups=
SupplementaryGroups=video $readers
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
    # Once: a user of several cameras, each a service of its own, may have switched the main one off.
    if [ -z "$old" ]; then run systemctl enable --quiet haredge.service; fi
    if run restart; then return; fi
    if [ -n "$ran" ] && [ "$new" != "$old" ]; then go_back; fi
    say "the service does not run yet: 'cd / && sudo haredge doctor' and 'journalctl -u haredge' say why"
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
