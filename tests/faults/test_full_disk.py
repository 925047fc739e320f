"""A disk that fills up while the broker is away, and has room again later: a real one, of half a megabyte."""

from __future__ import annotations

from pathlib import Path

import pytest
from mqtt_parts import event
from small_disk import fill

from haredge.mqtt.outbox import Outbox


def test_events_wait_in_memory_until_there_is_room(disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is reported once, no event is lost to readers, and once there is room all that waits is on the disk."""
    outbox = Outbox(disk / "outbox.sqlite")
    outbox.persist()
    outbox.put(event(0))
    filler = fill(disk)
    for number in range(1, 200):
        outbox.put(event(number))
    assert caplog.text.count("in memory only") == 1
    filler.unlink()
    outbox.put(event(200))
    kept = Outbox(disk / "outbox.sqlite")
    assert len(kept) == len(outbox) == 201
