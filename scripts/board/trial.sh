#!/usr/bin/env bash
# Try haredge on a machine that is there for nothing else: install it, start it, hurt it, upgrade it, take it out. Run as
# root on a machine with systemd and mosquitto; scripts/board/nspawn.sh and scripts/board/qemu.sh make such machines.
#
#   scripts/board/trial.sh [TRIAL...]     without names: all, in the order in which they build on each other, except
#                                         "memory", "camera" and "camera_rate", which need a kernel of their own and
#                                         vivid's camera
#
# A line for each promise, "ok ..." or "FAIL ..."; status 1 where one was not kept.
# shellcheck disable=SC2317 # the trials are called by name
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

trials=(install publish doctor view watchdog kill refused password bad_config away reload cameras again bad_model bad_start upgrade uninstall)
config=/etc/haredge/config.yaml
patience_s=${HAREDGE_PATIENCE_S:-60}
failed=0
before=/tmp/before.txt

expect() { # words, command...: the promise, and what succeeds where it is kept
    local words=$1 said
    shift
    if said=$("$@" 2>&1 | tail -n 25); then
        echo "ok   $(clock) $words"
    else
        echo "FAIL $(clock) $words: ${said:-$*}"
        failed=1
    fi
}

clock() { date +%T; }

fails() { ! "$@"; }

soon() { # command...: succeeds once the command does
    local until=$((SECONDS + patience_s))
    until "$@"; do
        [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.5
    done
}

property() { systemctl show haredge.service --property="$1" --value; }
is() { [ "$(property "$1")" = "$2" ] || { echo "$1 is $(property "$1"), not $2"; return 1; }; }
active() { is ActiveState active; }
another_process() { active && [ "$(property MainPID)" != "$1" ]; }
in_use() { readlink -f /opt/haredge/current; }
versions() { find /opt/haredge/versions -mindepth 1 -maxdepth 1 | wc -l; }
hears() { mosquitto_sub -W "$patience_s" -C 1 -t "$1" "${@:3}" | grep -q "$2"; } # topic, pattern, how to log in
# All but what packages that came through apt brought along: they stay.
listing() { { find /etc /opt /usr/local /var/lib /run/systemd/system -xdev ! -path "*/dpkg/*" ! -path "*/apt/*" \
    ! -path "/var/lib/mosquitto/*" \
    ! -path "/etc/alternatives/*" || true; } 2>/dev/null | sort; }

copy_with() { # folder, file, sed script: the tree again, with a change
    rm -rf "$1"
    cp -r . "$1"
    sed -i "$3" "$1/$2"
}

install() {
    be_patient
    listing >"$before"
    expect "a dry run changes nothing" dry_run_changes_nothing
    # As where only root may read what root makes, and the tree is root's alone.
    chmod -R go= models systemd config.yaml
    expect "install.sh installs" umask_077 scripts/install.sh
    [ "$failed" = 0 ] || exit 1
    # A machine without a camera runs on the synthetic person, who costs more to draw than to recognise.
    [ -e /dev/video0 ] || sed -i 's/^source: .*/source: "test:?fps=5"/' "$config"
    systemctl restart haredge
    expect "the service is ready after its first frame" soon active
    expect "it runs as a user that is not root" not_root
    expect "it starts with the machine" systemctl is-enabled --quiet haredge
}

# A first frame, or a sign of life, may take longer than on a real machine.
be_patient() {
    mkdir -p /run/systemd/system/haredge.service.d
    printf '[Service]\nWatchdogSec=%s\nTimeoutStartSec=%s\n' "${HAREDGE_WATCHDOG_S:-6}" "$patience_s" \
        >/run/systemd/system/haredge.service.d/trial.conf
    systemctl daemon-reload
}

umask_077() { (umask 077 && "$@"); }
dry_run_changes_nothing() { scripts/install.sh --dry-run && listing | diff "$before" -; }
not_root() { [ "$(stat -c %u "/proc/$(property MainPID)")" != 0 ]; }

publish() {
    expect "the broker keeps 'online'" soon hears 'haredge/+/status' '^online$'
    expect "an activity arrives" hears 'haredge/+/activity' '"label":'
    expect "health arrives" hears 'haredge/+/health' '"fps":'
    expect "systemctl status shows live figures" soon status_text
    expect "started by hand beside it, a second one is refused" by_hand
}

by_hand() { [[ "$(env --chdir=/ timeout 30 haredge 2>&1)" == *"a service of haredge on this machine publishes as"* ]]; }

status_text() { [[ "$(property StatusText)" == *fps* ]]; }

# Not from here, where a configuration and models lie that are not the service's.
doctor() { expect "haredge doctor finds nothing wrong" env --chdir=/ haredge doctor; }

view() {
    cp "$config" /tmp/config.yaml
    sed -i '/^view:/,/^[^ ]/s/^  enabled: false/  enabled: true/' "$config"
    systemctl restart haredge
    expect "a live view that the configuration enables is served" soon served
    cp /tmp/config.yaml "$config"
    systemctl restart haredge
}

served() { python3 -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:8765/healthz", timeout=5)'; }

watchdog() {
    local process
    process=$(property MainPID)
    kill -STOP "$process"
    expect "a process that hangs is ended and started anew" soon another_process "$process"
    expect "it was the watchdog" hung
}

hung() { journalctl -u haredge --no-pager | grep -q 'Watchdog timeout'; }

kill_() {
    local process words
    process=$(property MainPID)
    mosquitto_sub -W "$patience_s" -C 3 -t 'haredge/+/status' >/tmp/status.txt &
    sleep 1
    kill -KILL "$process"
    expect "a process that is killed is started anew" soon another_process "$process"
    wait $!
    words=$(paste -sd ' ' /tmp/status.txt)
    expect "a subscriber hears that it has gone ($words)" [ "${words#online offline}" != "$words" ]
    expect "the last word is online" soon hears 'haredge/+/status' '^online$'
}

memory() { # the limit is the kernel's, and nearer than the program fits in
    local process
    process=$(property MainPID)
    systemctl set-property --runtime haredge.service MemoryHigh=infinity MemoryMax=48M
    expect "what exceeds its memory limit is ended" soon said "Failed with result 'oom-kill'"
    systemctl set-property --runtime haredge.service MemoryHigh=300M MemoryMax=400M
    expect "with the limit as shipped it is started anew" soon another_process "$process"
    expect "and stays below it" below_its_limit
}

below_its_limit() { [ "$(property MemoryCurrent)" -lt "$(property MemoryHigh)" ]; }

camera() { # vivid's
    local process driver=/sys/bus/platform/drivers/vivid
    process=$(property MainPID)
    expect "a camera that spoils frames" v4l2-ctl -d /dev/video0 -c inject_v4l2_buf_flag_error=1
    sleep 5
    expect "troubles nobody" [ "$process" = "$(property MainPID)" ]
    expect "a camera that freezes" v4l2-ctl -d /dev/video0 -c percentage_of_dropped_buffers=100
    expect "ends it" soon ended "$process"
    expect "the journal says so" soon said 'video0: no frame for\|video0 has stopped\|camera 0: no frame\|camera 0 has stopped'
    expect "thawed" v4l2-ctl -d /dev/video0 -c percentage_of_dropped_buffers=0
    expect "it runs again" soon another_process "$process"
    process=$(property MainPID)
    echo vivid.0 >"$driver/unbind"
    expect "a camera that is unplugged ends it" soon ended "$process"
    expect "it is tried again and again" soon said 'cannot open camera'
    expect "as systemctl status tells" soon is ActiveState activating # for a moment after each end it is not
    echo vivid.0 >"$driver/bind"
    expect "plugged in again, it runs again" soon another_process "$process"
}

camera_rate() { # vivid's, while nothing else reads it
    local status=0
    systemctl stop haredge
    "$(in_use)/bin/python" scripts/board/camera_rate.py >/tmp/rate.txt 2>&1 || status=$?
    expect "a camera that is asked for fewer frames costs less ($(tail -n 1 /tmp/rate.txt))" [ "$status" = 0 ]
    systemctl start haredge
}

ended() { [ "$(property MainPID)" != "$1" ]; }

refused() { # at the start, by a broker that has come to want a password
    local process
    touch /etc/mosquitto/nobody
    printf 'listener 1883 localhost\nallow_anonymous false\npassword_file /etc/mosquitto/nobody\n' >/etc/mosquitto/conf.d/nobody.conf
    systemctl restart mosquitto
    systemctl restart haredge
    process=$(property MainPID)
    expect "a broker that refuses does not end it" soon active
    expect "systemctl status says what is wrong" soon troubled
    sleep 10 # long enough to be sent away once more
    expect "it is the same process" [ "$process" = "$(property MainPID)" ]
    expect "the journal says it once" [ "$(journalctl "_PID=$process" | grep -c 'refuses the connection')" = 1 ]
    rm /etc/mosquitto/conf.d/nobody.conf /etc/mosquitto/nobody
    systemctl restart mosquitto
    expect "let in, it is online without a hand" soon hears 'haredge/+/status' '^online$'
}

troubled() { [[ "$(property StatusText)" == *"refuses the connection: Not authorized"* ]]; }

password() { # in a file that only root may read
    (umask 077 && echo secret >/etc/haredge/mqtt-password)
    touch /etc/mosquitto/somebody
    mosquitto_passwd -b /etc/mosquitto/somebody haredge secret
    chown mosquitto /etc/mosquitto/somebody
    printf 'listener 1883 localhost\nallow_anonymous false\npassword_file /etc/mosquitto/somebody\n' >/etc/mosquitto/conf.d/somebody.conf
    systemctl restart mosquitto
    cp "$config" /tmp/config.yaml
    sed -i 's|^  username: null|  username: haredge|
        s|^  password_file: null|  password_file: /run/credentials/haredge.service/mqtt-password|' "$config"
    systemctl restart haredge
    expect "with the password it is let in" soon hears 'haredge/+/status' '^online$' -u haredge -P secret
    expect "nobody else may read it" fails runuser -u mosquitto -- cat /run/credentials/haredge.service/mqtt-password
    cp /tmp/config.yaml "$config"
    rm /etc/mosquitto/conf.d/somebody.conf /etc/mosquitto/somebody /etc/haredge/mqtt-password
    systemctl restart mosquitto
    systemctl restart haredge
}

bad_config() {
    cp "$config" /tmp/config.yaml
    echo 'camrea: 1' >>"$config"
    systemctl restart haredge 2>/dev/null
    expect "a bad configuration ends it" soon is ActiveState failed
    expect "with status 78" is ExecMainStatus 78
    sleep 4 # twice RestartSec
    expect "and it is not started again" is ActiveState failed
    expect "the journal says where and why" said "$config:.*camrea: unknown key; did you mean camera?"
    cp /tmp/config.yaml "$config"
    systemctl restart haredge
    expect "with the old one it runs again" soon active
}

away() { # a camera that does not answer
    cp "$config" /tmp/config.yaml
    sed -i 's|^source: .*|source: rtsp://127.0.0.1:1/away|' "$config"
    systemctl restart --no-block haredge
    expect "a camera that is away ends it" soon said 'cannot open stream rtsp://127.0.0.1:1/away'
    expect "from the second time on it waits before that" soon said '127.0.0.1:1.*ends in 4 s'
    expect "and longer each time" soon said '127.0.0.1:1.*ends in 8 s'
    expect "the broker keeps 'offline' meanwhile" hears 'haredge/+/status' '^offline$'
    cp /tmp/config.yaml "$config"
    expect "stopped while it waits it ends at once" timeout 5 systemctl stop haredge
    expect "and well" is Result success
    systemctl start haredge
    expect "the camera back, it runs" soon active
}

reload() {
    local process
    process=$(property MainPID)
    cp "$config" /tmp/config.yaml
    echo 'camrea: 1' >>"$config"
    expect "systemctl reload succeeds" systemctl reload haredge
    expect "a bad configuration is refused and the old one stays" soon said 'refused, the old one stays'
    sed 's/rate_hz: 15/rate_hz: 10/' /tmp/config.yaml >"$config"
    systemctl reload haredge
    expect "of a good one the journal says which keys took effect" soon said 'in effect: camera.rate_hz'
    expect "the process is the same" [ "$process" = "$(property MainPID)" ]
    cp /tmp/config.yaml "$config"
    systemctl reload haredge
}

cameras() { # a second one, a service of its own
    sed 's/^  # node: .*/  node: hall/; s/^  model: everyday/  model: mine/' "$config" >/etc/haredge/hall.yaml
    expect "a model is added for all of them" env --chdir=/ haredge models add "$PWD/models/everyday" --name mine
    expect "a second camera is a service of its own" systemctl start haredge@hall
    expect "its activity arrives, by the model that was added" hears haredge/hall/activity '"model":"mine"'
    expect "the first one runs on" active
    systemctl stop haredge
    expect "it starts without the first one, too" systemctl restart haredge@hall
    systemctl start haredge
    systemctl stop haredge@hall
    # A camera that has no configuration any more is unknown to uninstall.sh; its state goes with it.
    rm -rf /etc/haredge/hall.yaml /var/lib/haredge-hall /var/lib/private/haredge-hall
}

said() { journalctl -u haredge --no-pager | grep -q "$1"; }

again() {
    local process version
    process=$(property MainPID) version=$(in_use)
    echo '# mine' >>"$config"
    expect "installing the same again succeeds" scripts/install.sh
    expect "and leaves the process alone" [ "$process" = "$(property MainPID)" ]
    expect "and the version" [ "$version" = "$(in_use)" ]
    expect "and the configuration" grep -q '^# mine$' "$config"
}

bad_model() {
    local process version model
    process=$(property MainPID) version=$(in_use)
    copy_with /srv/bad_model haredge/version.py 's/^__version__.*/__version__ = "9.0.0"/'
    for model in /srv/bad_model/models/*/model.tflite; do
        printf 'rubbish' | dd of="$model" bs=1 seek=2000 conv=notrunc status=none
    done
    expect "an upgrade with a damaged model is refused" fails /srv/bad_model/scripts/install.sh
    expect "the old version stays" [ "$version" = "$(in_use)" ]
    expect "the process has not noticed" [ "$process" = "$(property MainPID)" ]
    expect "nothing is left of the new version" [ "$(versions)" = 1 ]
}

bad_start() {
    local version
    version=$(in_use)
    copy_with /srv/bad_start haredge/commands/daemon.py 's/^def run(.*/&\n    raise SystemExit(1)\n/'
    expect "an upgrade that does not start is taken out again" fails /srv/bad_start/scripts/install.sh
    expect "the old version is in use" [ "$version" = "$(in_use)" ]
    expect "and runs" soon active
}

upgrade() {
    copy_with /srv/upgrade haredge/version.py 's/^__version__.*/__version__ = "9.1.0"/'
    expect "an upgrade succeeds" /srv/upgrade/scripts/install.sh
    expect "the new version runs" [ "$(haredge --version)" = "haredge 9.1.0" ]
    expect "the service too" soon active
    expect "the configuration was kept" grep -q '^# mine$' "$config"
}

uninstall() {
    expect "uninstall.sh keeps the configuration" uninstall_keeps
    expect "the service is gone" fails systemctl cat haredge.service
    expect "uninstall.sh --purge succeeds" scripts/uninstall.sh --purge
    expect "and leaves nothing" nothing_left
}

uninstall_keeps() { scripts/uninstall.sh && [ -e "$config" ]; }
nothing_left() { listing | grep -v -e '^/var/lib/private$' -e '/apt/' | comm -13 "$before" - | fails grep .; }

# Where no systemd runs: the program alone.
program() {
    listing >"$before"
    expect "install.sh installs" scripts/install.sh
    expect "haredge doctor finds nothing wrong" env --chdir=/ haredge doctor --offline
    expect "a video's activities are reported" activities
    expect "uninstall.sh --purge succeeds" scripts/uninstall.sh --purge
    expect "and leaves nothing" nothing_left
}

activities() { timeout "$patience_s" haredge --dry-run --json --source haredge/synthetic/demo.webm | grep -m 1 '"label":'; }

[ $# != 0 ] || set -- "${trials[@]}"
for trial; do
    case $trial in kill) kill_ ;; *) "$trial" ;; esac
done
if [ "$failed" != 0 ] && [ -d /run/systemd/system ]; then journalctl -u 'haredge*' --no-pager | grep -v 'Unknown lvalue' | tail -n 40; fi
exit "$failed"
