"""A disk that fills up while the broker is away, and has room again later: a real one, of half a megabyte."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from mqtt_parts import event

from haredge.outbox import Outbox

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Give a small disk."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "haredge", place], check=False).returncode:
        pytest.skip("a disk cannot be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte free."""
    filler = disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(1 << 20))
    return filler


def test_events_wait_in_memory_until_there_is_room(disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is told once, no event is lost to readers, and once there is room all that waits is on the disk."""
    outbox = Outbox(disk / "outbox.sqlite")
    outbox.store()
    outbox.put(event(0))
    filler = fill(disk)
    for number in range(1, 200):
        outbox.put(event(number))
    assert caplog.text.count("in memory only") == 1
    filler.unlink()
    outbox.put(event(200))
    kept = Outbox(disk / "outbox.sqlite")
    assert len(kept) == len(outbox) == 201
