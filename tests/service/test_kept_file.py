"""Promises of haredge.service.kept_file: the latest is on the disk, and the disk is not worn out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from small_disk import fill

from haredge.service.kept_file import BURST, EVERY_S, KeptFile


@dataclass
class Time:
    """A clock of the test's, and what is to be done later by it."""

    now_s: float = 0.0
    due: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def now(self) -> float:
        return self.now_s

    def later(self, delay_s: float, action: Callable[[], None]) -> None:
        self.due.append((self.now_s + delay_s, action))

    def pass_to(self, then_s: float) -> None:
        self.now_s = then_s
        due, self.due = self.due, []
        for at, action in due:
            if at <= then_s:
                action()
            else:
                self.due.append((at, action))


def kept(file: Path, time: Time) -> KeptFile:
    return KeptFile(file, "the test", monotonic=time.now, later=time.later)


def test_a_change_is_on_the_disk_at_once(tmp_path: Path) -> None:
    """So are a few in a row, and that there is to be no file."""
    file = kept(tmp_path / "file", Time())
    found = []
    for content in ("1", None, "2"):
        file.keep(content)
        found.append((tmp_path / "file").read_text() if content else (tmp_path / "file").exists())
    assert found == ["1", False, "2"]


def test_a_flood_of_changes_is_few_writes(tmp_path: Path) -> None:
    """Ten changes a second for ten minutes: the disk has the latest, at most so many seconds late."""
    path, time = tmp_path / "file", Time()
    file, writes, written = kept(path, time), 0, ""
    for number in range(6000):
        time.pass_to(number / 10)
        file.keep(str(number))
        if (now := path.read_text()) != written:
            writes, written = writes + 1, now
        assert int(written) >= number - 10 * EVERY_S
    assert BURST <= writes <= BURST + 600 / EVERY_S
    time.pass_to(time.now_s + EVERY_S)
    assert path.read_text() == "5999"


def test_an_orderly_end_loses_nothing(tmp_path: Path) -> None:
    """What has not been written is written when it is closed; what has been is not written again."""
    path, time = tmp_path / "file", Time()
    file = kept(path, time)
    for number in range(BURST + 3):
        file.keep(str(number))
    file.close()
    assert path.read_text() == str(BURST + 2)
    path.unlink()
    file.close()
    time.pass_to(EVERY_S)
    assert not path.exists()


def test_a_disk_that_takes_nothing_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Once it takes something again the latest is there, and the next trouble is logged."""
    (tmp_path / "folder").write_text("")
    file = kept(tmp_path / "folder" / "file", Time())
    file.keep("1")
    file.keep("2")
    assert len(caplog.messages) == 1
    assert "cannot keep the test in" in caplog.text
    (tmp_path / "folder").unlink()
    file.close()
    assert (tmp_path / "folder" / "file").read_text() == "2"


def test_what_was_left_is_written_in_time_by_itself(tmp_path: Path) -> None:
    """Nothing need come after the last change: a thread of its own sees to it."""
    delays: list[float] = []
    file = KeptFile(tmp_path / "file", "the test", later=lambda delay_s, _: delays.append(delay_s))
    for number in range(BURST + 2):
        file.keep(str(number))
    assert len(delays) == 1
    assert 0 < delays[0] <= EVERY_S


def test_a_disk_that_has_room_again_gets_what_it_did_not_take(disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    """By itself, as a power cut may come before the next change; the log says so, once."""
    caplog.set_level(logging.INFO)
    time, filler = Time(), fill(disk)
    file = kept(disk / "file", time)
    file.keep("1")
    time.pass_to(EVERY_S)
    file.keep("2")
    filler.unlink()
    time.pass_to(3 * EVERY_S)
    assert (disk / "file").read_text() == "2"
    assert [message.partition(" the test")[0] for message in caplog.messages] == ["cannot keep", "kept"]
    assert not time.due
