"""An empty room: it costs little to run on, and a person who comes in is detected as soon as ever."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(180)]


CAMERA = "gst:videotestsrc is-live=true pattern={} ! video/x-raw,width=640,height=480,framerate=15/1 ! videoconvert"
"""A live camera on a black room: ``black`` is still, and in ``ball`` a ball flies about."""


def cpu_s(pid: int) -> float:
    """Return the seconds of processor time that a process's threads have used, to the nanosecond.

    `/proc/PID/stat` counts hundredths of a second, of which an empty room costs one in a second.
    """
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def told(daemon: subprocess.Popen[str], topic: str) -> Iterator[dict[str, object]]:
    """Yield the payloads of a topic as they come."""
    assert daemon.stdout is not None
    for line in daemon.stdout:
        message = json.loads(line)
        if message["topic"].endswith(topic):
            yield message["payload"]


def share(told: list[tuple[float, float]]) -> float:
    """Return the processors used between the first and the last of (uptime, processor time)."""
    (began_s, used_then_s), (ended_s, used_s) = told[0], told[-1]
    return (used_s - used_then_s) / (ended_s - began_s)


def processor_times(daemon: subprocess.Popen[str], *, slowed: bool) -> Iterator[tuple[float, float]]:
    """Yield uptime and processor time with each health message that says, or does not say, that the rate is lower."""
    for health in told(daemon, "/health"):
        uptime_s = health["uptime_s"]
        assert isinstance(uptime_s, float)
        if bool(health["slowed_by"]) == slowed:
            yield uptime_s, cpu_s(daemon.pid)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[object]:
    """Give what starts a daemon that shows what it would publish, and ends it."""
    daemons: list[subprocess.Popen[str]] = []

    def begin(source: str) -> subprocess.Popen[str]:
        (tmp_path / "config.yaml").write_text("mqtt: {health_interval_s: 2}\n")
        command = [sys.executable, "-m", "haredge", "--dry-run", "--json", "--source", source]
        daemons.append(subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True))
        return daemons[-1]

    yield begin
    for daemon in daemons:
        daemon.kill()
        daemon.communicate()


@pytest.mark.skipif(shutil.which("gst-launch-1.0") is None, reason="gst-launch-1.0 is not installed")
def test_an_empty_room_costs_a_quarter_at_most(start, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    """Processor time of a room that is still and has long been empty, beside one in which something moves.

    The images come from another process, so that making them does not count.
    """
    busy = share(list(islice(processor_times(start(CAMERA.format("ball")), slowed=False), 2, 5)))  # without the start
    idle = share(list(islice(processor_times(start(CAMERA.format("black")), slowed=True), 1, 11)))
    with capsys.disabled():
        sys.stdout.write(f"\nmotion: {busy:.3f} of a processor; an empty room: {idle:.3f} ({idle / busy:.0%})\n")
    assert idle <= busy / 4


def test_a_person_who_comes_in_is_detected_as_soon_as_ever(start, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    """A person is drawn into a room that has long been empty; a room that has not been is the measure of "soon"."""
    empty_s = (5, 30)
    rooms = [start(f"test:?script=empty:{each},standing:60") for each in empty_s]
    soon_s, late_s = (first_seen_s(room) - each for room, each in zip(rooms, empty_s, strict=True))
    with capsys.disabled():
        sys.stdout.write(
            f"\na person comes in: detected after {soon_s:.2f} s, in a long empty room after {late_s:.2f} s\n"
        )
    assert late_s <= soon_s + 1


def first_seen_s(daemon: subprocess.Popen[str]) -> float:
    """Return the seconds from the beginning until a person is detected."""
    began, seen = (
        datetime.fromisoformat(str(now["since"]).rstrip("Z")) for now in islice(told(daemon, "/activity"), 2)
    )
    return (seen - began).total_seconds()
