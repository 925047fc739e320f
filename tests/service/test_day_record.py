"""Promises of the day's file: few writes, old or new and never half, and a damaged one costs nothing but the day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_disk import fill

from haredge.scene.day import Day
from haredge.service.day_record import EVERY_S, DayRecord

DAY = Day("2026-11-29", 1_796_000_000.5, 1_796_000_000.0, 90.0, {"squat": 61.0})


def test_a_day_comes_back(tmp_path: Path) -> None:
    """Whole, after a restart."""
    DayRecord(tmp_path / "new" / "day.json").keep(DAY, now=True)
    assert DayRecord(tmp_path / "new" / "day.json").day == DAY


def test_a_day_is_written_every_quarter_of_an_hour(tmp_path: Path) -> None:
    """And only if it has changed: the card lasts."""
    now_s = 0.0
    record, file = DayRecord(tmp_path / "day.json", monotonic=lambda: now_s), tmp_path / "day.json"
    contents = set()
    for minute in range(121):
        now_s = 60.0 * minute
        record.keep(replace(DAY, in_view_s=now_s))
        contents.add(file.read_text() if file.exists() else "")
    assert len(contents - {""}) == 7200 // EVERY_S
    now_s += EVERY_S
    written = file.stat().st_mtime_ns
    record.keep(replace(DAY, in_view_s=7200.0))
    assert file.stat().st_mtime_ns == written


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"date": 3}',
        '{"last_seen_s": 1e300}',
        "\x00" * 100,
        '{"in_view_s": NaN}',
        '{"in_view_s": -1}',
        '{"activity_s": {"squat": Infinity}}',
        "[" * 5000,
    ],
)
def test_a_damaged_file_costs_the_day_alone(content: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One line in the log, and the next day is kept in its place."""
    file = tmp_path / "day.json"
    file.write_text(content)
    record = DayRecord(file)
    assert record.day is None
    assert "the day begins again" in caplog.text
    assert "validation error" not in caplog.text  # what is wrong, and not how many things
    record.keep(DAY, now=True)
    assert record.day == DAY


def test_a_disk_that_takes_nothing_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing else ends."""
    (tmp_path / "day.json").mkdir()
    DayRecord(tmp_path / "day.json").keep(DAY, now=True)
    assert "cannot keep the day" in caplog.text


def test_a_disk_that_is_full_for_hours_is_logged_once(disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    """And gets the day at the end, if it has room by then."""
    now_s, filler = 0.0, fill(disk)
    record = DayRecord(disk / "day.json", monotonic=lambda: now_s)
    for hour in range(5):
        now_s = 3600.0 * hour
        record.keep(replace(DAY, in_view_s=now_s))
    assert len(caplog.messages) == 1
    filler.unlink()
    last = record.day
    assert last is not None
    record.keep(last, now=True)
    assert DayRecord(disk / "day.json").day == last


def test_an_earlier_day_does_not_replace_a_later_one_at_once(tmp_path: Path) -> None:
    """A process that ends before its clock was set leaves the file alone; one that goes on with it does not."""
    now_s = 0.0
    record = DayRecord(tmp_path / "day.json", monotonic=lambda: now_s)
    record.keep(DAY, now=True)
    earlier = replace(DAY, date="2026-11-28", in_view_s=1.0)
    record.keep(earlier, now=True)
    assert DayRecord(tmp_path / "day.json").day == DAY
    now_s = EVERY_S
    record.keep(earlier)
    assert DayRecord(tmp_path / "day.json").day == earlier
