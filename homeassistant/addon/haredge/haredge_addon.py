"""Starts haredge as an add-on: the options set in Home Assistant, and its broker, become haredge's configuration.

A file haredge.yaml in the add-on's own configuration folder may set everything else, such as zones; what is an option
here is set by the option. The passwords are written to files that only haredge can read, which are in no backup.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from haredge.config.load import load
from haredge.core.errors import ConfigError, HaredgeError
from haredge.terminal import complain

OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "source": ("source",),
    "node": ("mqtt", "node"),
    "area": ("mqtt", "discovery", "area"),
    "language": ("mqtt", "discovery", "language"),
    "rate_hz": ("camera", "rate_hz"),
    "max_people": ("pose", "max_people"),
    "sensitivity": ("activity", "sensitivity"),
    "fall_sensitivity": ("fall", "sensitivity"),
    "fall_confirm_s": ("fall", "confirm_s"),
    "allow_picture": ("view", "allow_picture"),
    "log_level": ("log_level",),
}
"""Options of the add-on, and the keys of haredge's configuration that they set."""

TOKEN_OPTION: Final = "view_token"  # noqa: S105  (the option's name)

INGRESS: Final = "172.30.32.2"
"""Address from which the Supervisor shows the page to who is logged in to Home Assistant."""

PORT: Final = 8099
CAMERAS: Final = Path("/dev")
SUPERVISOR: Final = "http://supervisor"
TIMEOUT_S: Final = 30.0

FINAL: Final = frozenset({0, ConfigError.exit_status})
"""Statuses after which haredge is not started again: it was stopped, or a person must correct something."""

AGAIN_S: Final = 2.0
"""Seconds before it is started again; it waits by itself, and longer, if its camera is away again."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the add-on's files are."""

    options: Path = Path("/data/options.json")
    own: Path = Path("/config/haredge.yaml")
    state: Path = Path("/data/haredge")
    made: Path = Path("/run/haredge")
    """What is written at each start: the configuration, and the secrets that it names."""


@dataclass(frozen=True, slots=True)
class User:
    """Who haredge runs as."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()

    def become(self) -> None:
        """Give up root's rights for good."""
        os.setgroups(self.groups)
        os.setgid(self.gid)
        os.setuid(self.uid)


def configuration(options: Values, own: Values, broker: Values, made: Path) -> Values:
    """Return haredge's configuration.

    ``options`` are those of the add-on, ``own`` what the person's own file sets, ``broker`` what the Supervisor says of
    the broker, empty where the file names one; ``made`` is the folder that secrets are written to.
    """
    values: Values = json.loads(json.dumps(own))
    for name, keys in OPTIONS.items():
        if options.get(name) not in {None, ""}:
            _set(values, keys, options[name])
    if broker:
        for key in ("host", "port"):
            _set(values, ("mqtt", key), broker[key])
        _set(values, ("mqtt", "username"), broker.get("username"))
        _set(values, ("mqtt", "password_file"), str(made / "mqtt-password") if broker.get("password") else None)
        _set(values, ("mqtt", "tls", "enabled"), bool(broker.get("ssl")))
    view = {"enabled": True, "host": "0.0.0.0", "port": PORT, "trusted_proxy": INGRESS}  # noqa: S104  (with a token)
    for key, value in (view | {"token_file": str(made / "view-token")}).items():
        _set(values, ("view", key), value)
    return values


def _set(values: Values, keys: tuple[str, ...], value: object) -> None:
    *sections, last = keys
    for section in sections:
        values = values.setdefault(section, {})
    values[last] = value


def own_settings(path: Path) -> Values:
    """Return what the person's own file sets, with paths that no longer depend on where it lies; empty without one.

    Raises :class:`haredge.core.errors.ConfigError`, with file and line, if something in it is wrong.
    """
    return load(path).model_dump(mode="json", exclude_unset=True) if path.exists() else {}


def ask_broker(token: str, supervisor: str = SUPERVISOR) -> Values:
    """Ask the Supervisor for the broker: ``host``, ``port``, ``username``, ``password``, ``ssl``.

    Raises :class:`HaredgeError` if it knows of none, or does not answer.
    """
    request = urllib.request.Request(f"{supervisor}/services/mqtt", headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            found: Values = json.load(answer)["data"]
    except urllib.error.HTTPError as error:
        if error.code not in {400, 404}:
            raise HaredgeError(
                f"the Supervisor does not say which MQTT broker there is: it answers {error.code}; start again, or set "
                "mqtt.host in haredge.yaml"
            ) from error
        raise HaredgeError(
            f"Home Assistant knows of no MQTT broker ({error.code}): install the app (add-on) Mosquitto broker, or set "
            "mqtt.host in haredge.yaml"
        ) from error
    except (OSError, ValueError, KeyError) as error:
        raise HaredgeError(f"the Supervisor does not say which MQTT broker there is: {error}; start again") from error
    return found


def start(
    places: Places,
    user: User,
    environ: Mapping[str, str],
    run: Callable[[list[str], dict[str, str]], int],
    supervisor: str = SUPERVISOR,
) -> int:
    """Write the configuration and run haredge; return its exit status."""
    options: Values = json.loads(places.options.read_text())
    own = own_settings(places.own)
    broker = {} if "host" in own.get("mqtt", {}) else ask_broker(environ.get("SUPERVISOR_TOKEN", ""), supervisor)
    files = {
        "haredge.yaml": json.dumps(configuration(options, own, broker, places.made), indent=2, ensure_ascii=False),
        "mqtt-password": broker.get("password") or "",
        "view-token": options.get(TOKEN_OPTION) or secrets.token_hex(16),
    }
    for folder in (places.made, places.state):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chown(folder, user.uid, user.gid)
    for name, text in files.items():
        _write_secret(places.made / name, text, user)
    user.become()
    kept = {name: value for name, value in environ.items() if name not in {"SUPERVISOR_TOKEN", "HASSIO_TOKEN"}}
    state = str(places.state)
    return run(
        ["haredge", "--config", str(places.made / "haredge.yaml")],
        kept | {"STATE_DIRECTORY": state, "RUNTIME_DIRECTORY": str(places.made), "HOME": state},
    )


def keep_running(
    command: list[str], environ: dict[str, str], worth_it: Callable[[], bool], again_s: float = AGAIN_S
) -> int:
    """Run a command, and again when it has failed, as long as that is ``worth_it``; return its last exit status.

    The Supervisor's watchdog, if it is on at all, gives up after some starts: a camera that is unplugged for an hour
    would end the add-on for good. A signal that asks this process to end is the command's.
    """
    asked: list[int] = []
    child: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, _frame: object) -> None:
        asked.append(number)
        if child is not None:
            child.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        while True:
            child = subprocess.Popen(command, env=environ)
            if asked:
                child.terminate()
            status = child.wait()
            if asked or status in FINAL or not worth_it():
                return status
            time.sleep(again_s)
            if asked:
                return status
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _write_secret(path: Path, text: str, user: User) -> None:
    path.unlink(missing_ok=True)  # a file of an earlier start may have had other rights
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    os.chown(path, user.uid, user.gid)


def groups_of(devices: Iterable[Path]) -> tuple[int, ...]:
    """Return the groups that may open the cameras; each system numbers them otherwise."""
    return tuple(sorted({device.stat().st_gid for device in devices}))


def main() -> int:
    """Start haredge; a mistake is one line, as on haredge's own command line."""
    account = pwd.getpwnam("haredge")
    groups = groups_of(CAMERAS.glob("video*"))

    def sees_cameras() -> bool:
        """Whether the groups, which only root could change, are still those of the cameras."""
        return set(groups_of(CAMERAS.glob("video*"))) <= set(groups)

    def run(command: list[str], environ: dict[str, str]) -> int:
        return keep_running(command, environ, sees_cameras)

    try:
        return start(Places(), User(account.pw_uid, account.pw_gid, groups), os.environ, run)
    except HaredgeError as error:
        complain(error)
        return error.exit_status


if __name__ == "__main__":
    sys.exit(main())
