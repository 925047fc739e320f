"""The clock set forward and back by a day while haredge runs: a real daemon whose C library returns another time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest
from brokers import Broker, Subscriber
from children import started
from deadline import wait_until

DAY_S = 24 * 3600

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler is installed")]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Make the library that returns another time."""
    made, source = tmp_path / "shifted_clock.so", Path(__file__).with_name("shifted_clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", made, source], check=True)
    return made


def start(folder: Path, port: int, library: Path) -> subprocess.Popen[bytes]:
    """Start the daemon with a clock that is off by what the file ``shift`` says."""
    config = folder / "config.yaml"
    mqtt = f"{{host: 127.0.0.1, port: {port}, node: clock, health_interval_s: 1, keepalive_s: 5}}"
    config.write_text(f'source: "test:?script=jumping_jacks:600"\nmqtt: {mqtt}\n')
    fake = {"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(folder / "shift")}
    environment = {**os.environ, **fake, "STATE_DIRECTORY": str(folder / "state")}
    return started(subprocess.Popen([sys.executable, "-m", "haredge", "--config", config], env=environment))


def ahead_s(time: str) -> float:
    """Return by how much a time is ahead of the true one."""
    return (datetime.fromisoformat(time.replace("Z", "+00:00")) - datetime.now(timezone.utc)).total_seconds()


def talks(reader: Subscriber, offset_s: float) -> bool:
    """Return whether the last three health messages are of the time that the clock was set to."""
    times = [json.loads(payload)["time"] for payload in reader.on("haredge/clock/health")[-3:]]
    return all(abs(ahead_s(time) - offset_s) < 30 for time in times)


def test_a_clock_that_is_set_changes_dates_only(
    tmp_path: Path, library: Path, broker: Broker, listen: Callable[..., Subscriber]
) -> None:
    """It goes on looking and talking at its own pace, and what people do lasts as long as it lasted."""
    reader = listen(broker.port)
    daemon = start(tmp_path, broker.port, library)
    reader.wait_for("haredge/clock/event", bool)
    for offset_s in (DAY_S, -DAY_S):
        (tmp_path / "shift").write_text(str(offset_s))
        wait_until(lambda expected=offset_s: talks(reader, expected), "health comes as ever, with the new time")  # type: ignore[misc]
    daemon.terminate()
    assert daemon.wait(20) == 0
    reader.wait_for("haredge/clock/status", "offline")
    events = [json.loads(payload) for payload in reader.on("haredge/clock/event")]
    lasted_s = [event["duration_s"] for event in events if event["event_type"] == "end"]
    assert all(0 < each < 120 for each in lasted_s)
    assert len({event["id"] for event in events}) == len(lasted_s) > 0
    assert reader.on("haredge/clock/status").count(b"online") == 1
