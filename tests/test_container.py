"""Promises of docker/: the image copies what there is, runs as no one special, and its configuration is one.

Untested with Docker itself, which is not on every machine that runs the tests.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from haredge.config.load import load

REPOSITORY = Path(__file__).parents[1]
DOCKERFILE = (REPOSITORY / "docker" / "Dockerfile").read_text()


def test_all_that_is_copied_is_there_and_not_ignored() -> None:
    """A file that is renamed would end a build that no test runs."""
    sources = [
        name for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]
    ]
    allowed = {line[1:] for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert sources
    assert [name for name in sources if not (REPOSITORY / name).exists()] == []
    assert set(sources) == allowed


def test_the_wheel_gets_all_data_that_it_installs() -> None:
    """setup.cfg names files outside the package."""
    named = re.findall(r"^share/haredge\S* = (\S+)$", (REPOSITORY / "setup.cfg").read_text(), re.MULTILINE)
    assert named
    assert all(re.search(rf"^COPY (.* )?{name.split('/')[0]}\b", DOCKERFILE, re.MULTILINE) for name in named)


def test_a_container_may_do_little() -> None:
    """No root, nothing written but state, no privileges; the broker is for this machine alone."""
    services = yaml.safe_load((REPOSITORY / "docker" / "compose.yaml").read_text())["services"]
    haredge = services["haredge"]
    assert re.search(r"^USER haredge$", DOCKERFILE, re.MULTILINE)
    assert (haredge["read_only"], haredge["cap_drop"]) == (True, ["ALL"])
    assert haredge["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in services["mosquitto"]["ports"])


def test_a_camera_that_stays_away_is_waited_for() -> None:
    """Docker starts a container again at once if it ran for ten seconds, as one that waits for a camera does."""
    folder = re.search(r"RUNTIME_DIRECTORY=(\S+)", DOCKERFILE)
    assert folder is not None
    assert f"VOLUME {folder[1]}" in DOCKERFILE.splitlines()


def test_no_log_fills_the_disk() -> None:
    """Docker keeps every line unless a bound is set: a camera that is away has some lines a minute."""
    services = yaml.safe_load((REPOSITORY / "docker" / "compose.yaml").read_text())["services"]
    assert all({"max-size", "max-file"} <= set(service["logging"]["options"]) for service in services.values())


def test_its_configuration_is_one() -> None:
    """With the broker of compose.yaml, and the page that the health check asks."""
    config = load(REPOSITORY / "docker" / "config.yaml")
    assert (config.mqtt.host, config.view.enabled, config.view.port) == ("mosquitto", True, 8765)
    assert f"http://127.0.0.1:{config.view.port}/healthz" in DOCKERFILE
