"""Promises of homeassistant/addon: Home Assistant accepts it, and what is set there becomes haredge's configuration.

Untested with Docker and with a Supervisor: neither is on the machines that run the tests. What an add-on may say is
checked as the Supervisor does (supervisor/addons/validate.py and options.py of 2026).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import yaml
from haredge_addon import INGRESS, OPTIONS, PORT, TOKEN_OPTION, Places, User, configuration, keep_running, start
from patient_server import PatientServer

from haredge.config.load import load
from haredge.config.schema import Config, dotted_keys
from haredge.core.errors import ConfigError, HaredgeError
from haredge.opencv import cv2
from haredge.version import __version__

REPOSITORY = Path(__file__).parents[1]
FOLDER = REPOSITORY / "homeassistant" / "addon" / "haredge"
ADDON: dict[str, Any] = yaml.safe_load((FOLDER / "config.yaml").read_text())
SCHEMA: dict[str, str] = ADDON["schema"]
DOCKERFILE = (FOLDER / "Dockerfile").read_text()

REQUIRED = {"name", "version", "slug", "description", "arch"}
KNOWN = REQUIRED | {
    "advanced",
    "apparmor",
    "audio",
    "auth_api",
    "backup",
    "backup_exclude",
    "backup_post",
    "backup_pre",
    "boot",
    "breaking_versions",
    "devices",
    "devicetree",
    "discovery",
    "docker_api",
    "environment",
    "full_access",
    "gpio",
    "hassio_api",
    "hassio_role",
    "homeassistant",
    "homeassistant_api",
    "host_dbus",
    "host_ipc",
    "host_network",
    "host_pid",
    "host_uts",
    "image",
    "ingress",
    "ingress_entry",
    "ingress_port",
    "ingress_stream",
    "init",
    "journald",
    "kernel_modules",
    "legacy",
    "machine",
    "map",
    "options",
    "panel_admin",
    "panel_icon",
    "panel_title",
    "ports",
    "ports_description",
    "privileged",
    "realtime",
    "schema",
    "services",
    "stage",
    "startup",
    "stdin",
    "timeout",
    "tmpfs",
    "uart",
    "udev",
    "ulimits",
    "url",
    "usb",
    "video",
    "watchdog",
    "webui",
}
"""Keys of an add-on's config.yaml, as Home Assistant documents them."""

ELEMENT = re.compile(
    r"(bool|email|url|port|device(\(subsystem=[a-z]+\))?|(str|password|int)(\(\d*,\d*\))?|float(\([\d.]*,[\d.]*\))?"
    r"|match\(.*\)|list\(.+\))\??"
)
"""What an option may be."""

SECRETS = ("broker password", "fedcba9876543210", "supervisor token", "camera password")


def test_it_says_what_home_assistant_documents() -> None:
    """No key that is unknown there, and each value of its kind."""
    assert REQUIRED <= set(ADDON) <= KNOWN
    assert re.fullmatch(r"[-_.A-Za-z0-9]+", ADDON["slug"])
    assert set(ADDON["arch"]) <= {"aarch64", "amd64"}
    assert ADDON["stage"] in {"stable", "experimental", "deprecated"}
    assert re.fullmatch(r"\d{4}\.\d+\.\d+", ADDON["homeassistant"])
    assert all(re.fullmatch(r"(mqtt|mysql):(provide|want|need)", service) for service in ADDON["services"])
    assert [set(each) <= {"type", "read_only", "path"} for each in ADDON["map"]] == [True]
    assert ADDON["map"][0]["type"] == "addon_config"
    assert all(re.fullmatch(r"\d+/(tcp|udp)", port) for port in ADDON["ports"])
    assert re.fullmatch(r"(https?|tcp)://\[HOST\]:(\[PORT:\d+\]|\d+).*", ADDON["watchdog"])
    assert all(isinstance(ADDON[name], bool) for name in ("ingress", "tmpfs", "video"))
    assert ADDON["ingress_port"] == PORT
    assert set(yaml.safe_load((REPOSITORY / "repository.yaml").read_text())) <= {"name", "url", "maintainer"}


def test_its_version_is_haredges() -> None:
    """It is the one that is installed from PyPI, and the one that the store shows."""
    assert ADDON["version"] == __version__


def test_every_option_has_a_default_or_may_be_left_out() -> None:
    """Then it starts without anything being set."""
    assert all(ELEMENT.fullmatch(kind) for kind in SCHEMA.values())
    assert set(ADDON["options"]) == {name for name, kind in SCHEMA.items() if not kind.endswith("?")}


def test_every_option_does_something_and_has_words_in_both_languages() -> None:
    """With a name and a description; the port too."""
    assert set(SCHEMA) == {*OPTIONS, TOKEN_OPTION}
    assert {".".join(keys) for keys in OPTIONS.values()} <= set(dotted_keys())
    for language in ("en", "de"):
        words = yaml.safe_load((FOLDER / "translations" / f"{language}.yaml").read_text())
        assert list(words["configuration"]) == list(SCHEMA)
        assert all(set(each) == {"name", "description"} for each in words["configuration"].values())
        assert set(words["network"]) == set(ADDON["ports"])


def values_of(kind: str) -> list[Any]:
    """Return the values at the ends of what an option accepts, those of a list all."""
    if (found := re.fullmatch(r"list\((.+)\)\??", kind)) is not None:
        return found[1].split("|")
    if (found := re.fullmatch(r"(?:int|float)\((\d+),(\d+)\)\??", kind)) is not None:
        return [int(found[1]), int(found[2])]
    return [True, False] if kind == "bool" else ["living_room-2"]


@pytest.mark.parametrize("name", OPTIONS)
def test_what_an_option_accepts_haredge_accepts(name: str, tmp_path: Path) -> None:
    """And it arrives at its key."""
    for value in values_of(SCHEMA[name]):
        made = configuration({**ADDON["options"], name: value}, {}, {}, tmp_path)
        (tmp_path / "made.yaml").write_text(json.dumps(made))
        found: Any = load(tmp_path / "made.yaml")
        for key in OPTIONS[name]:
            found = getattr(found, key)
        assert found == value


def test_the_defaults_are_haredges_own() -> None:
    """Who installs the add-on gets what everyone gets."""
    made = Config.model_validate(configuration(ADDON["options"], {}, {}, Path("/run")))
    own = Config()
    assert made.model_copy(update={"view": own.view, "mqtt": own.mqtt}) == own
    assert made.mqtt == own.mqtt.model_copy(update={"node": ADDON["options"]["node"]})


def test_the_persons_own_file_counts_where_there_is_no_option(tmp_path: Path) -> None:
    """Zones, say; an option that is left empty leaves the file's value; a broker that it names is not asked for."""
    own = {
        "mqtt": {"discovery": {"area": "Hall"}, "base": "home"},
        "zones": {"bed": {"polygon": [[0, 0], [1, 0], [1, 1]]}},
    }
    made = configuration({"area": "", "node": "x", "max_people": None}, own, {"host": "core", "port": 1883}, tmp_path)
    assert made["zones"] == own["zones"]
    assert made["mqtt"]["discovery"]["area"] == "Hall"
    assert (made["mqtt"]["base"], made["mqtt"]["node"], made["mqtt"]["host"]) == ("home", "x", "core")
    assert own["mqtt"] == {"discovery": {"area": "Hall"}, "base": "home"}
    assert configuration({}, {"mqtt": {"host": "mine"}}, {}, tmp_path)["mqtt"] == {"host": "mine"}


def test_the_page_is_for_home_assistants_proxy_alone(tmp_path: Path) -> None:
    """Whatever the person's own file says of the view."""
    own = {"view": {"trusted_proxy": "0.0.0.0", "port": 1, "enabled": False, "host": "127.0.0.1"}}
    view = configuration({}, own, {}, tmp_path)["view"]
    assert (view["enabled"], view["port"], view["trusted_proxy"]) == (True, PORT, INGRESS)
    assert view["token_file"] == str(tmp_path / "view-token")


@contextmanager
def supervisor(status: int, answer: bytes) -> Iterator[str]:
    """Serve what the Supervisor says of the broker, to who knows the add-on's token."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers["Authorization"] == f"Bearer {SECRETS[2]}" and self.path == "/services/mqtt"
            self.send_response(status if allowed else 403)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = PatientServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


BROKER = {
    "addon": "core_mosquitto",
    "host": "core-mosquitto",
    "port": 1883,
    "username": "addons",
    "password": SECRETS[0],
    "protocol": "3.1.1",
    "ssl": False,
}


class Myself(User):
    """The one who runs the tests, and stays so."""

    def become(self) -> None:
        """Stay."""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Give an add-on's folders, with options that hold secrets."""
    options = ADDON["options"] | {
        "view_token": SECRETS[1],
        "source": f"rtsp://user:{SECRETS[3]}@192.0.2.1/".replace(" ", ""),
    }
    (tmp_path / "options.json").write_text(json.dumps(options))
    return Places(tmp_path / "options.json", tmp_path / "haredge.yaml", tmp_path / "data" / "haredge", tmp_path / "run")


class Run:
    """In the place of haredge: keeps what it would have been started with."""

    words: list[str]
    environ: dict[str, str]

    def __call__(self, words: list[str], environ: dict[str, str]) -> int:
        """Keep it."""
        self.words, self.environ = words, environ
        return 0


def started(places: Places, supervisor: str = "http://127.0.0.1:1") -> Run:
    run = Run()
    environ = {"PATH": "/bin", "SUPERVISOR_TOKEN": SECRETS[2], "HASSIO_TOKEN": SECRETS[2]}
    start(places, Myself(os.getuid(), os.getgid()), environ, run, supervisor)
    return run


def test_haredge_is_started_with_the_broker_of_home_assistant(places: Places) -> None:
    """Again, too, with files that are there already."""
    for password in (SECRETS[0], "ein Paßwort \U0001f600"):
        answer = json.dumps({"result": "ok", "data": BROKER | {"password": password}}).encode()
        with supervisor(200, answer) as url:
            run = started(places, url)
    config = load(places.made / "haredge.yaml")
    assert run.words == ["haredge", "--config", str(places.made / "haredge.yaml")]
    assert (config.mqtt.host, config.mqtt.port, config.mqtt.username) == ("core-mosquitto", 1883, "addons")
    assert config.mqtt.tls.enabled is False
    assert config.mqtt.password_file is not None
    assert config.mqtt.password_file.read_text() == "ein Paßwort \U0001f600"
    assert config.view.token_file is not None
    assert config.view.token_file.read_text() == SECRETS[1]
    assert run.environ["STATE_DIRECTORY"] == str(places.state)
    assert places.state.is_dir()


def test_secrets_are_in_files_that_haredge_alone_can_read(places: Places, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither on a command line, nor in the environment, nor in the log, nor in what a backup keeps."""
    (places.own.parent / "run").mkdir(mode=0o755)
    with supervisor(200, json.dumps({"result": "ok", "data": BROKER}).encode()) as url:
        run = started(places, url)
    said = capfd.readouterr()
    shown = " ".join([*run.words, *run.environ, *run.environ.values(), said.out, said.err])
    assert not any(secret in shown for secret in SECRETS)
    assert {path.name for path in places.made.iterdir()} == {"haredge.yaml", "mqtt-password", "view-token"}
    assert {path.stat().st_mode & 0o777 for path in places.made.iterdir()} == {0o600}
    assert list(places.state.iterdir()) == []
    assert places.state.stat().st_mode & 0o777 == 0o700


def test_without_a_token_of_ones_own_no_one_knows_it(places: Places) -> None:
    """It is another one at each start."""
    places.options.write_text(json.dumps(ADDON["options"]))
    places.own.write_text("mqtt: {host: broker.local}\n")
    tokens = set()
    for _ in range(2):
        started(places)
        tokens.add((places.made / "view-token").read_text())
    assert len(tokens) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}", token) for token in tokens)


def test_a_broker_of_ones_own_needs_no_supervisor(places: Places) -> None:
    """With its password, whose path is taken from the file's folder as everywhere."""
    places.own.write_text("mqtt: {host: broker.local, password_file: secret, tls: {enabled: true}}\n")
    started(places)
    config = load(places.made / "haredge.yaml")
    assert (config.mqtt.host, config.mqtt.tls.enabled) == ("broker.local", True)
    assert config.mqtt.password_file == places.own.parent / "secret"


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (400, b'{"result": "error", "message": "Service not enabled"}', "install the app"),
        (502, b"Bad gateway", "it answers 502; start again"),
        (200, b"no JSON", "start again"),
        (200, b'{"result": "ok"}', "start again"),
    ],
)
def test_without_a_broker_it_says_what_to_do(places: Places, status: int, answer: bytes, words: str) -> None:
    """In one line, and haredge is not started."""
    with supervisor(status, answer) as url, pytest.raises(HaredgeError, match=words) as raised:
        started(places, url)
    assert "\n" not in str(raised.value)
    with pytest.raises(HaredgeError, match="start again"):
        started(places, "http://127.0.0.1:1")


def test_a_mistake_in_ones_own_file_is_named_with_its_line(places: Places) -> None:
    """As everywhere: file, line and key."""
    places.own.write_text("mqtt:\n  host: broker.local\nfall:\n  confirm: 3\n")
    with pytest.raises(ConfigError, match=r"haredge\.yaml:4: fall\.confirm: unknown key"):
        started(places)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_haredge_runs_as_no_one_special() -> None:
    """Root's rights are given up for good; the cameras' groups stay."""
    code = (
        "import os\nfrom haredge_addon import User\nUser(10001, 10002, (44, 45)).become()\n"
        "print(os.getresuid(), os.getresgid(), os.getgroups())\n"
        "try:\n    os.setuid(0)\nexcept PermissionError:\n    print('for good')"
    )
    environ = {**os.environ, "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{FOLDER}"}
    done = subprocess.run(["python", "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "(10001, 10001, 10001) (10002, 10002, 10002) [44, 45]\nfor good\n"


def kept_running(folder: Path, script: str, *, worth_it: bool = True) -> tuple[int, int]:
    """Keep a shell script running; return its last status, and how often it was started."""
    count = f"echo >>{folder}/starts; starts=$(wc -l <{folder}/starts); "
    environ = {**os.environ, "PARENT": str(os.getpid())}
    status = keep_running(["sh", "-c", count + script], environ, lambda: worth_it, again_s=0.0)
    return status, (folder / "starts").read_text().count("\n")


def test_haredge_is_started_again_until_its_camera_is_back(tmp_path: Path) -> None:
    """Home Assistant gives up after some starts; a mistake that only a person can correct ends the add-on."""
    assert kept_running(tmp_path, "[ $starts = 25 ] && exit 0; exit 1") == (0, 25)
    (tmp_path / "other").mkdir()
    assert kept_running(tmp_path / "other", "[ $starts = 2 ] && exit 78; exit 1") == (78, 2)


def test_a_camera_that_only_root_could_let_it_see_ends_it(tmp_path: Path) -> None:
    """It came after the start, with a group of its own: a new start of the add-on gives it that."""
    assert kept_running(tmp_path, "exit 1", worth_it=False) == (1, 1)


def test_the_supervisor_can_stop_it(tmp_path: Path) -> None:
    """What it asks of the add-on's process is asked of haredge, which is not started again."""
    status, starts = kept_running(tmp_path, "trap 'exit 3' TERM; kill -TERM $PARENT; while :; do sleep 0.05; done")
    assert (status, starts) == (3, 1)


def test_the_image_is_built_from_the_folder_alone() -> None:
    """The Supervisor gives it nothing else; the base is that of docker/."""
    copied = [line.split()[0] for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)]
    assert copied == [".", "haredge_addon.py"]
    assert all((FOLDER / name).exists() for name in copied)
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(bases) == set(
        re.findall(r"^FROM (\S+)", (REPOSITORY / "docker" / "Dockerfile").read_text(), re.MULTILINE)
    )
    assert re.search(r"^RUN useradd .* haredge$", DOCKERFILE, re.MULTILINE)


def test_the_icon_is_as_the_store_wants_it() -> None:
    """A square PNG of 128 pixels, round corners and all; scripts/addon_icon.py draws it."""
    icon = cv2.imread(str(FOLDER / "icon.png"), cv2.IMREAD_UNCHANGED)
    assert icon is not None
    assert icon.shape == (128, 128, 4)
    assert (icon[0, 0, 3], icon[64, 2, 3]) == (0, 255)


def test_a_folder_without_a_wheel_says_what_to_run_first(tmp_path: Path) -> None:
    """And with one, the folder has all that the image is built from."""
    for name in ("scripts/addon.sh", "haredge/version.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((REPOSITORY / name).read_bytes())
    (tmp_path / "homeassistant" / "addon").mkdir(parents=True)
    (tmp_path / "homeassistant" / "addon" / "haredge").symlink_to(FOLDER)
    command = ["bash", "scripts/addon.sh"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "run scripts/wheel.sh first" in done.stderr) == (1, True)
    wheel = f"haredge-{__version__}-py3-none-any.whl"
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / wheel).touch()
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    made = {path.name for path in (tmp_path / "dist" / "addon" / "haredge").iterdir()}
    assert made == {wheel} | {path.name for path in FOLDER.iterdir() if path.name != "__pycache__"}
