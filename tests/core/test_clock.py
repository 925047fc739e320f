"""Promises of haredge.core.clock."""

import time
from datetime import datetime, timezone

import pytest

from haredge.core.clock import clock_time, iso_utc, live_clock, local_date, recorded_clock


def test_iso_utc_has_milliseconds_and_z() -> None:
    """Times read the same everywhere, whole seconds included."""
    assert iso_utc(1_795_262_591.25) == "2026-11-21T12:03:11.250Z"
    assert iso_utc(0) == "1970-01-01T00:00:00.000Z"


def test_a_live_moment_is_now() -> None:
    """A frame taken now is dated now."""
    assert abs(live_clock()(time.monotonic()) - time.time()) < 5


def test_a_live_moment_follows_the_clock_when_it_is_set() -> None:
    """A Pi starts in the past; once NTP has set its clock, older moments are dated by the new time."""
    wall, monotonic = [0.0], [100.0]
    clock = live_clock(lambda: wall[0], lambda: monotonic[0])
    assert clock(90.0) == -10.0
    wall[0] = 1_800_000_000.0
    assert clock(90.0) == 1_799_999_990.0


def test_a_recorded_moment_counts_from_the_start_of_reading() -> None:
    """Twelve seconds into a video are twelve seconds after haredge began to read it, however fast it reads."""
    assert recorded_clock(1000.0)(12.0) == 1012.0
    began = datetime.fromtimestamp(recorded_clock()(0.0), timezone.utc)
    assert abs((datetime.now(timezone.utc) - began).total_seconds()) < 5


def test_times_read_like_a_clock() -> None:
    """Hours only if there are any."""
    assert [clock_time(s) for s in (0, 59.6, 3723, -1)] == ["0:00", "1:00", "1:02:03", "0:00"]


def test_a_time_zone_that_is_set_meanwhile_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who moves house need not restart haredge for its day to begin at midnight."""
    evening = 1_796_000_000.0 - 1_796_000_000 % 86_400 + 79_200
    try:
        monkeypatch.setenv("TZ", "UTC")
        before = local_date(evening)
        monkeypatch.setenv("TZ", "Pacific/Auckland")
        assert before < local_date(evening)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_local_date_is_that_of_the_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Midnight is where the device is."""
    dates = []
    for zone in ("UTC", "Pacific/Auckland"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        dates.append(local_date(1_796_000_000.0 - 1_796_000_000 % 86_400 + 79_200))
    monkeypatch.undo()
    time.tzset()
    assert dates[0] < dates[1]
