"""Promises of haredge.service.fall_record: a confirmed fall outlives a restart, and a word acknowledges it."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from functools import partial
from operator import add
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_disk import fill

from haredge.core.types import FallAlarm
from haredge.mqtt.fall_messages import FallReport
from haredge.service.fall_record import Acknowledgement, FallRecord

POSSIBLE = FallReport("ab", "possible", 1000.0, 1000.0, 1, None, "low")
CONFIRMED = FallReport("ab", "confirmed", 1010.0, 1000.0, 1, "hall", "lies still")


def test_a_confirmed_fall_is_there_after_a_restart(tmp_path: Path) -> None:
    """With all that was known of it but whose it is: people get new numbers. Its time is that of the new clock."""
    file = tmp_path / "state" / "fall.json"
    FallRecord(file).keep([CONFIRMED])
    record = FallRecord(file)
    assert record.reports == (CONFIRMED,)
    alarm = record.alarm(lambda t: t + 1100.0)
    assert alarm is not None
    assert (alarm.state, alarm.since, alarm.zone, alarm.person) == ("confirmed", -90.0, "hall", None)


def test_a_fall_is_the_same_whenever_the_clock_is_set(tmp_path: Path) -> None:
    """What starts over goes on with the fall as it began, not as the time of day has it by then."""
    record = FallRecord(tmp_path / "fall.json")
    record.keep([CONFIRMED], FallAlarm("confirmed", 15.0, id="ab"))
    alarms = [record.alarm(partial(add, now)) for now in (900.0, 90_000.0)]
    assert [alarm and alarm.since for alarm in alarms] == [15.0, 15.0]


def test_a_fall_of_before_a_restart_is_not_yet_to_come(tmp_path: Path) -> None:
    """Though a board without a clock takes its time for one in the future; nor does it change when the clock is set."""
    file = tmp_path / "fall.json"
    FallRecord(file).keep([CONFIRMED])
    record = FallRecord(file, monotonic=lambda: 7.0)
    alarms = [record.alarm(partial(add, now)) for now in (0.0, 2000.0)]
    assert [alarm and alarm.since for alarm in alarms] == [7.0, 7.0]


def test_the_falls_of_two_are_there_after_a_restart(tmp_path: Path) -> None:
    """The furthest is reported first, and the other's is not forgotten; the one that ends leaves the other."""
    file = tmp_path / "fall.json"
    other = replace(CONFIRMED, id="cd", since_s=1040.0, person=2, zone=None)
    FallRecord(file).keep([CONFIRMED, other])
    record = FallRecord(file)
    assert record.reports == (CONFIRMED, other)
    alarm = record.alarm(lambda t: t + 1100.0)
    assert alarm is not None
    assert [(each.id, each.since, each.person) for each in alarm.standing] == [("ab", -90.0, None), ("cd", -60.0, None)]
    record.keep([other])
    assert FallRecord(file).reports == (other,)


def test_only_a_confirmed_fall_is_written(tmp_path: Path) -> None:
    """A possible one comes and goes: it stays in memory."""
    file = tmp_path / "fall.json"
    record = FallRecord(file)
    record.keep([POSSIBLE])
    assert record.reports == (POSSIBLE,)
    assert not file.exists()
    record.keep([CONFIRMED])
    assert file.exists()
    record.keep([])
    assert list(tmp_path.iterdir()) == []


def test_a_possible_fall_is_there_after_a_clean_restart(tmp_path: Path) -> None:
    """An upgrade does not make haredge forget who may lie there; it is written then alone, and for one restart."""
    file = tmp_path / "fall.json"
    record = FallRecord(file)
    record.keep([POSSIBLE], FallAlarm("possible", 10.0, 1, id="ab"))
    record.close()
    again = FallRecord(file)
    alarm = again.alarm(lambda t: t + 1100.0)
    assert again.reports == (POSSIBLE,)
    assert alarm is not None
    assert (alarm.state, alarm.id, alarm.since) == ("possible", "ab", -100.0)
    again.keep([POSSIBLE], alarm)
    assert not file.exists()
    again.keep([])
    again.close()
    assert not file.exists()


def test_a_fall_is_written_once(tmp_path: Path) -> None:
    """Not again when who lies there moves, or someone else falls: an SD card wears out."""
    file = tmp_path / "fall.json"
    record = FallRecord(file)
    record.keep([CONFIRMED])
    file.write_text("as it was")
    record.keep([replace(CONFIRMED, zone="kitchen")], FallAlarm("confirmed", 10.0, zone="kitchen", id="ab"))
    assert file.read_text() == "as it was"


def test_without_a_file_a_restart_forgets() -> None:
    """As in a dry run."""
    record = FallRecord(None)
    record.keep([CONFIRMED])
    assert record.reports == (CONFIRMED,)
    assert FallRecord(None).reports == ()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"id": 1}', b"\xff", b"x" * 100_000]
    + [b'{"id":"a","state":"%s","since_s":%s,"fell_s":0,"person":1,"zone":null,"why":""}' % pair
       for pair in ((b"clear", b"0"), (b"confirmed", b"1e300"), (b"confirmed", b"NaN"), (b"confirmed", b"-1"))],
)  # fmt: skip
def test_a_damaged_file_is_logged_and_does_not_stop_haredge(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """One line says what is lost."""
    file = tmp_path / "fall.json"
    file.write_bytes(content)
    assert FallRecord(file).reports == ()
    assert len(caplog.records) == 1
    assert "\n" not in caplog.messages[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_survived(tmp_path: Path, content: bytes) -> None:
    """Whatever a power cut has left."""
    file = tmp_path / "fall.json"
    file.write_bytes(content)
    FallRecord(file)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_full_or_read_only_disk_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The fall is reported all the same."""
    tmp_path.chmod(0o500)
    record = FallRecord(tmp_path / "fall.json")
    record.keep([CONFIRMED])
    assert record.reports == (CONFIRMED,)
    assert "a restart will forget it" in caplog.text


def test_a_disk_that_has_room_again_gets_the_fall_at_the_latest_at_the_end(disk: Path) -> None:
    """It has not been forgotten that the file lacks it, though the same falls are kept again."""
    filler = fill(disk)
    record = FallRecord(disk / "fall.json")
    record.keep([CONFIRMED])
    filler.unlink()
    record.close()
    assert FallRecord(disk / "fall.json").reports == (CONFIRMED,)


def test_an_acknowledgement_is_taken_once() -> None:
    """By its word, in any case, with blanks around it."""
    acknowledgement = Acknowledgement()
    acknowledgement.on_message(b" acknowledge\n")
    assert acknowledgement.take()
    assert not acknowledgement.take()


def test_other_words_are_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    """A client that may write the topic must not fill the log."""
    clock = iter([0.0, 10.0, 61.0])
    acknowledgement = Acknowledgement(monotonic=lambda: next(clock))
    with caplog.at_level(logging.WARNING):
        for payload in (b"OK", b"x" * 1000, b"\xff"):
            acknowledgement.on_message(payload)
    assert len(caplog.records) == 2
    assert not acknowledgement.take()
