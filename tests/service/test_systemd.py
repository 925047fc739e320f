"""Promises of haredge.service.systemd, over real sockets."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from observed import observed
from systemd_manager import Manager

from haredge.core.labels import NO_PERSON
from haredge.service.systemd import Notifier, WatchdogSink, take_address, watchdog_s


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    """Give a manager at a path and one in the abstract namespace, as systemd uses either."""
    address = str(tmp_path / "notify") if request.param == "path" else f"@haredge-{secrets.token_hex(8)}"
    manager = Manager(address)
    with closing(manager.socket):
        yield manager


def test_states_arrive_as_one_datagram(manager: Manager) -> None:
    """Several states travel together, one a line, and no value can smuggle in a line of its own."""
    Notifier(manager.address).notify(READY=1, STATUS="fine\nWATCHDOG=1")
    assert manager.received() == ["READY=1\nSTATUS=fine WATCHDOG=1"]


def test_stopping_is_said_when_closed(manager: Manager) -> None:
    """Systemd knows a stop from a crash."""
    Notifier(manager.address).close()
    assert manager.received() == ["STOPPING=1"]


def test_ready_comes_with_the_first_observation_and_once(manager: Manager) -> None:
    """Started means that a frame has been through everything."""
    progress = WatchdogSink(Notifier(manager.address), lambda: {"fps": 14.93, "dropped": 2}, monotonic=lambda: 0.0)
    assert manager.received() == []
    progress.emit(observed(1.0))
    assert manager.received() == ["READY=1", "STATUS=squat, 14.9 fps, 2 dropped"]
    progress.emit(observed(2.0))
    assert manager.received() == []


def test_a_start_is_not_an_empty_room(manager: Manager) -> None:
    """Until it is known who is in view, the service's status does not say that no one is."""
    empty = replace(observed(0.0, NO_PERSON), known=False)
    WatchdogSink(Notifier(manager.address), dict, monotonic=lambda: 0.0).emit(empty)
    assert manager.received()[1].startswith("STATUS=unknown, ")


def test_the_watchdog_is_fed_by_observations_only(manager: Manager) -> None:
    """Four times in its patience while frames come, and never by the mere passing of time."""
    clock = [0.0]
    progress = WatchdogSink(Notifier(manager.address), dict, watchdog_s=20.0, monotonic=lambda: clock[0])
    for second in range(21):
        clock[0] = float(second)
        progress.emit(observed(float(second)))
    assert manager.received().count("WATCHDOG=1") == 5
    clock[0] = 1000.0
    assert manager.received() == []


def test_a_pause_is_no_stall(manager: Manager) -> None:
    """Switched off from the start is ready, alive and says so."""
    WatchdogSink(Notifier(manager.address), dict, watchdog_s=20.0, monotonic=lambda: 0.0).pause()
    assert manager.received() == ["READY=1", "WATCHDOG=1", "STATUS=detection is switched off"]


def test_trouble_is_reported_beside_the_values(manager: Manager) -> None:
    """`systemctl status` shows why nothing arrives at the broker."""
    WatchdogSink(Notifier(manager.address), dict, lambda: "no broker", monotonic=lambda: 0.0).emit(observed(1.0))
    assert manager.received() == ["READY=1", "STATUS=squat, 0 dropped; no broker"]


def test_without_systemd_nothing_happens() -> None:
    """The same daemon runs in a terminal."""
    notifier = Notifier(None)
    notifier.notify(READY=1)
    notifier.close()


def test_a_dead_socket_is_logged_once_and_harms_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The service continues when systemd does not listen."""
    notifier = Notifier(str(tmp_path / "nobody"))
    with caplog.at_level(logging.WARNING):
        notifier.notify(WATCHDOG=1)
        notifier.notify(WATCHDOG=1)
    assert len(caplog.records) == 1


def test_a_full_socket_never_blocks_the_loop(manager: Manager) -> None:
    """A manager that does not read costs notifications, not frames."""
    notifier = Notifier(manager.address)
    for _ in range(10_000):
        notifier.notify(WATCHDOG=1)
    assert 0 < len(manager.received()) < 10_000


def test_the_socket_is_not_handed_to_children() -> None:
    """A child that speaks in the service's name could feed its watchdog."""
    environ = {"NOTIFY_SOCKET": "/run/systemd/notify", "HOME": "/"}
    assert take_address(environ) == "/run/systemd/notify"
    assert environ == {"HOME": "/"}
    assert take_address(environ) is None


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({"WATCHDOG_USEC": "20000000"}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": str(os.getpid())}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdogs_patience_is_read_as_systemd_gives_it(environ: dict[str, str], seconds: float | None) -> None:
    """Meant for another process, off or unreadable is no watchdog."""
    assert watchdog_s(environ) == seconds
