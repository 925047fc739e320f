"""SIGKILL at random moments: nothing is left behind that keeps haredge from starting again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import MOSQUITTO, Broker, Subscriber
from children import started
from deadline import wait_until

KILLS = int(os.environ.get("HAREDGE_KILLS", "10"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(60 * KILLS),
    pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed"),
]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """Give a broker that forgets nothing."""
    running = Broker(tmp_path, ("allow_anonymous true",))
    running.start()
    yield running
    running.stop()


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the daemon with a synthetic person, a state folder of its own, and thresholds that make many messages."""
    config = folder / "config.yaml"
    mqtt = f"{{host: 127.0.0.1, port: {port}, node: kill, keepalive_s: 5}}"
    activity = "{threshold: 0.05, min_duration_s: 0.1}"
    config.write_text(f'source: "test:?script=jumping_jacks"\nactivity: {activity}\nmqtt: {mqtt}\n')
    return started(
        subprocess.Popen(
            [sys.executable, "-m", "haredge", "--config", config],
            env={**os.environ, "STATE_DIRECTORY": str(folder / "state")},
            stderr=(folder / "haredge.log").open("ab"),
        )
    )


def test_killed_at_random_moments(tmp_path: Path, broker: Broker, capsys: pytest.CaptureFixture[str]) -> None:
    """HAREDGE_KILLS times: each time it comes back, and ends as it should.

    The moment is anywhere from before Python has loaded to well into its work. Every event that arrives is whole, none
    arrives twice, no end comes without its start, and a start is without its end only where a kill came between.
    """
    rng, took_s = random.Random(5), []
    subscriber = Subscriber(broker.port)
    (tmp_path / "state").mkdir()
    for _ in range(KILLS):
        process = start(tmp_path, broker.port)
        time.sleep(rng.uniform(0, 6))  # the moment is what is tested
        process.send_signal(signal.SIGKILL)
        assert process.wait(20) == -signal.SIGKILL, (tmp_path / "haredge.log").read_text()
        took_s.append(comes_back(tmp_path, broker, subscriber))
    events = [json.loads(payload) for payload in subscriber.on("haredge/kill/event")]
    keys = [(event["id"], event["event_type"]) for event in events]
    assert len(keys) == len(set(keys))
    begun, ended = ({id_ for id_, kind in keys if kind == wanted} for wanted in ("start", "end"))
    assert ended <= begun
    assert len(begun - ended) <= KILLS
    assert "Traceback" not in (tmp_path / "haredge.log").read_text()
    subscriber.close()
    left = sorted(path.name for path in (tmp_path / "state").iterdir())
    median_s, worst_s = sorted(took_s)[KILLS // 2], max(took_s)
    with capsys.disabled():
        sys.stdout.write(f"\n{KILLS} kills, {len(events)} events, {len(begun - ended)} starts without an end; ")
        sys.stdout.write(f"back after {median_s:.1f} s (median), {worst_s:.1f} s (worst); left behind: {left}\n")


def comes_back(folder: Path, broker: Broker, subscriber: Subscriber) -> float:
    """Start again after a kill: return the seconds until "online", then end it as one should."""
    subscriber.received = [message for message in subscriber.received if message.topic.endswith("/event")]
    began = time.monotonic()
    process = start(folder, broker.port)
    wait_until(lambda: subscriber.last("haredge/kill/status") == b"online", "online again", 60)
    took_s = time.monotonic() - began
    process.terminate()
    assert process.wait(20) == 0, (folder / "haredge.log").read_text()
    wait_until(lambda: subscriber.last("haredge/kill/status") == b"offline", "offline")
    return took_s
