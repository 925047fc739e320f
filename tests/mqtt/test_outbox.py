"""Promises of haredge.mqtt.outbox: nothing lost, nothing written without need."""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.mqtt.messages import Message
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.outbox_file import VERSION

COLUMNS = "number INTEGER PRIMARY KEY, topic TEXT, payload TEXT, qos INTEGER"


def letter(number: int) -> Message:
    return Message("haredge/k/event", {"id": f"id{number}"}, qos=1)


def drain(outbox: Outbox) -> list[object]:
    ids = []
    while (head := outbox.peek()) is not None:
        assert isinstance(head.message.payload, dict)
        ids.append(head.message.payload["id"])
        outbox.delivered(head.number)
    return ids


def test_the_head_stays_until_it_is_delivered() -> None:
    """Sent is not arrived."""
    outbox = Outbox()
    outbox.put(letter(0))
    outbox.put(letter(1))
    assert outbox.peek() == outbox.peek()
    assert drain(outbox) == ["id0", "id1"]
    assert len(outbox) == 0


def test_nothing_is_written_while_the_broker_answers(tmp_path: Path) -> None:
    """A steady state makes no file at all, so it cannot wear a card out."""
    outbox = Outbox(tmp_path / "events.sqlite")
    for number in range(100):
        outbox.put(letter(number))
        head = outbox.peek()
        assert head is not None
        outbox.delivered(head.number)
    outbox.close()
    assert list(tmp_path.iterdir()) == []


def test_what_waits_outlives_the_process(tmp_path: Path) -> None:
    """What came before the broker went, and after, is there again in order, whole; and once."""
    path = tmp_path / "state" / "events.sqlite"
    outbox = Outbox(path)
    outbox.put(letter(0))
    outbox.persist()
    outbox.put(letter(1))
    again = Outbox(path)  # the first one was killed: no close
    assert again.peek() is not None
    again.put(letter(2))
    again.close()
    last = Outbox(path)
    head = last.peek()
    assert head is not None
    assert head.message == letter(0)
    assert drain(last) == ["id0", "id1", "id2"]
    assert drain(Outbox(path)) == []


def test_what_was_delivered_does_not_come_back(tmp_path: Path) -> None:
    """A delivered event is gone from the file when all are, or on closing."""
    path = tmp_path / "events.sqlite"
    outbox = Outbox(path)
    outbox.persist()
    for number in range(3):
        outbox.put(letter(number))
    outbox.stop_persisting()
    head = outbox.peek()
    assert head is not None
    outbox.delivered(head.number)
    outbox.close()
    assert drain(Outbox(path)) == ["id1", "id2"]


def test_when_full_the_oldest_gives_way_and_is_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """In memory and in the file alike; it is said once."""
    path = tmp_path / "events.sqlite"
    outbox = Outbox(path, most=3)
    outbox.persist()
    for number in range(5):
        outbox.put(letter(number))
    assert outbox.dropped == 2
    assert len(caplog.records) == 1
    outbox.close()
    assert drain(Outbox(path, most=3)) == ["id2", "id3", "id4"]


def test_that_the_oldest_give_way_is_said_once_each_time_the_broker_is_away(caplog: pytest.LogCaptureFixture) -> None:
    """An earlier loss, of whatever kind, does not hide a later one."""
    outbox = Outbox(most=3)
    for _night in range(2):
        outbox.persist()
        for number in range(6):
            outbox.put(letter(number))
        assert drain(outbox) == ["id3", "id4", "id5"]
        outbox.stop_persisting()
    said = "more than 3 events wait to be delivered: the oldest are dropped"
    assert [record.getMessage() for record in caplog.records] == [said, said]


def test_a_message_that_gave_way_on_its_way_does_not_take_another_along() -> None:
    """Its late acknowledgement must not delete the one that is now at the head."""
    outbox = Outbox(most=2)
    outbox.put(letter(0))
    sent = outbox.peek()
    outbox.put(letter(1))
    outbox.put(letter(2))
    assert sent is not None
    outbox.delivered(sent.number)
    assert drain(outbox) == ["id1", "id2"]


@pytest.mark.parametrize("content", [b"rubbish" * 1000, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_file_is_put_aside(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """A card that lied costs the events that were on it, not the service; the file is kept for inspection."""
    path = tmp_path / "events.sqlite"
    path.write_bytes(content)
    outbox = Outbox(path)
    assert outbox.peek() is None
    assert (tmp_path / "events.damaged").read_bytes() == content
    assert "damaged" in caplog.text
    outbox.put(letter(0))
    outbox.close()
    assert drain(Outbox(path)) == ["id0"]


GOOD = '{"id": "id%d"}'
BAD_ROWS: dict[str, tuple[object, object, object]] = {
    "NaN": ("haredge/k/event", '{"a": NaN}', 1),
    "a lone surrogate": ("haredge/k/event", '{"a": "\\ud800"}', 1),
    "no payload": ("haredge/k/event", None, 1),
    "a BLOB": ("haredge/k/event", b"\xff\x00", 1),
    "no JSON": ("haredge/k/event", "{", 1),
    "a list": ("haredge/k/event", "[]", 1),
    "nested 100,000 deep": ("haredge/k/event", "[" * 100_000 + "]" * 100_000, 1),
    "a megabyte": ("haredge/k/event", '{"a": "' + "x" * 1_000_000 + '"}', 1),
    "5,000 digits": ("haredge/k/event", '{"a": ' + "9" * 5000 + "}", 1),
    "a wildcard": ("haredge/#", '{"a": 1}', 1),
    "no topic": ("", '{"a": 1}', 1),
    "a control character": ("haredge/\x01/event", '{"a": 1}', 1),
    "a byte order mark": ("\ufeffharedge/k/event", '{"a": 1}', 1),
    "a topic of the broker's own": ("$SYS/k", '{"a": 1}', 1),
    "quality 7": ("haredge/k/event", '{"a": 1}', 7),
    "no quality": ("haredge/k/event", '{"a": 1}', "high"),
}


def made(path: Path, rows: list[tuple[object, ...]], columns: str = COLUMNS, version: int = 0) -> None:
    """Make a file as another haredge, or a damaged card, leaves it."""
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE letter ({columns})")
        database.executemany(f"INSERT INTO letter VALUES ({', '.join('?' * len(rows[0]))})", rows)
        database.execute(f"PRAGMA user_version = {version}")
    database.close()


@pytest.mark.parametrize("version", [0, VERSION])
@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_row_that_is_unusable_costs_itself(
    tmp_path: Path, row: tuple[object, object, object], version: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Those around it are sent in order; it is counted, kept for inspection, and not met again."""
    path = tmp_path / "events.sqlite"
    good = [(number, "haredge/k/event", GOOD % number, 1) for number in (1, 3)]
    made(path, [good[0], (2, *row), good[1]], version=version)
    outbox = Outbox(path)
    assert outbox.dropped == 1
    assert "1 of 3 events" in caplog.text
    outbox.close()
    with closing(sqlite3.connect(tmp_path / "events.unusable")) as aside:
        assert aside.execute("SELECT count(*) FROM letter").fetchone() == (3,)
    caplog.clear()
    assert drain(Outbox(path)) == ["id1", "id3"]
    assert caplog.text == ""


def test_of_too_many_rows_the_newest_are_read(tmp_path: Path) -> None:
    """A file of any size costs the time and the memory of a full outbox."""
    path = tmp_path / "events.sqlite"
    made(path, [(number, "haredge/k/event", GOOD % number, 1) for number in range(1000)], version=VERSION)
    outbox = Outbox(path, most=3)
    assert outbox.dropped == 997
    assert drain(outbox) == ["id997", "id998", "id999"]


@pytest.mark.parametrize("columns", [COLUMNS.removesuffix(", qos INTEGER"), "topic TEXT, payload TEXT"])
def test_an_older_file_is_read(tmp_path: Path, columns: str) -> None:
    """Columns that it lacks have their usual value; what comes since is kept beside what it held."""
    path = tmp_path / "events.sqlite"
    row = (1, "haredge/k/event", GOOD % 1)
    made(path, [row[-len(columns.split(",")) :]], columns)
    outbox = Outbox(path)
    outbox.put(letter(2))
    outbox.close()
    assert drain(Outbox(path)) == ["id1", "id2"]


def test_a_newer_file_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its events wait for the haredge that wrote them; those of this haredge are kept in a file beside it."""
    path = tmp_path / "events.sqlite"
    made(path, [(1, "haredge/k/event", GOOD % 1, 1, 2.0)], f"{COLUMNS}, expires REAL NOT NULL", VERSION + 1)
    before = path.read_bytes()
    outbox = Outbox(path)
    outbox.put(letter(2))
    outbox.close()
    assert path.read_bytes() == before
    assert drain(Outbox(path)) == ["id2"]
    assert "of a newer haredge" in caplog.text


@pytest.mark.parametrize("number", [2**63 - 1, 2**62, -(2**63)])
def test_there_is_always_a_next_number(tmp_path: Path, number: int) -> None:
    """Rows at the end of what SQLite can count are numbered again."""
    path = tmp_path / "events.sqlite"
    made(path, [(number, "haredge/k/event", GOOD % 1, 1)], version=VERSION)
    for new in (2, 3):
        outbox = Outbox(path)
        outbox.put(letter(new))
        outbox.close()
    assert drain(Outbox(path)) == ["id1", "id2", "id3"]


def test_a_locked_file_is_not_damaged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As while it is backed up: what it holds comes before what came meanwhile, once it can be read."""
    path = tmp_path / "events.sqlite"
    made(path, [(1, "haredge/k/event", GOOD % 1, 1)], version=VERSION)
    with closing(sqlite3.connect(path, isolation_level=None)) as locker:
        locker.execute("BEGIN EXCLUSIVE")
        outbox = Outbox(path)
        outbox.put(letter(2))
        outbox.persist()
        assert (len(outbox), outbox.unfinished) == (1, True)
        locker.execute("ROLLBACK")
    outbox.retry()
    assert (outbox.unfinished, outbox.dropped) == (False, 0)
    assert [record.getMessage().count("database is locked") for record in caplog.records] == [1]
    assert drain(Outbox(path)) == ["id1", "id2"]
    assert list(tmp_path.glob("*.damaged")) == []


def test_a_pipe_in_the_place_of_the_file_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It would be waited for; events go out from memory."""
    os.mkfifo(tmp_path / "events.sqlite")
    outbox = Outbox(tmp_path / "events.sqlite")
    outbox.put(letter(0))
    outbox.persist()
    assert drain(outbox) == ["id0"]
    assert "not a regular file" in caplog.text


def test_a_disk_that_cannot_be_written_costs_safety_and_not_the_service(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once, and events still go out from memory."""
    caplog.set_level(logging.INFO)
    (tmp_path / "file").write_text("")
    outbox = Outbox(tmp_path / "file" / "events.sqlite")  # a folder that cannot be made
    outbox.persist()
    for number in range(3):
        outbox.put(letter(number))
    assert drain(outbox) == ["id0", "id1", "id2"]
    assert len(caplog.records) == 1


def test_a_disk_that_has_room_again_gets_what_it_could_not_take(tmp_path: Path) -> None:
    """Events that came while it was full are written with the next one, and outlive the process after all."""
    path = tmp_path / "file" / "events.sqlite"
    (tmp_path / "file").write_text("")
    outbox = Outbox(path)
    outbox.persist()
    outbox.put(letter(0))
    (tmp_path / "file").unlink()
    outbox.put(letter(1))
    assert drain(Outbox(path)) == ["id0", "id1"]


def test_a_damaged_file_that_cannot_be_put_aside_is_no_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As on a card that has gone read-only: haredge works on, from memory."""
    path = tmp_path / "events.sqlite"
    path.write_bytes(b"rubbish" * 1000)
    (tmp_path / "events.damaged").mkdir()
    outbox = Outbox(path)
    outbox.persist()
    outbox.put(letter(0))
    assert drain(outbox) == ["id0"]
    assert "nor put aside" in caplog.text


def test_a_write_that_fails_later_is_no_worse(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What could be written is kept, the rest is in memory (a table that takes one row stands in for a full card)."""
    path = tmp_path / "events.sqlite"
    outbox = Outbox(path)
    outbox.persist()
    outbox.put(letter(0))
    with sqlite3.connect(path) as locker:
        locker.execute("DROP TABLE letter")
        locker.execute("CREATE TABLE letter (number INTEGER PRIMARY KEY CHECK (number < 1), a TEXT, b TEXT, c INTEGER)")
    outbox.put(letter(1))
    assert "in memory only" in caplog.text
    assert drain(outbox) == ["id0", "id1"]


@given(
    st.lists(st.sampled_from(["put", "deliver", "persist", "stop_persisting", "restart"]), max_size=40),
    st.integers(1, 5),
)
def test_whatever_happens_the_order_stays_and_none_comes_twice(actions: list[str], most: int) -> None:
    """A model of a list with a limit behaves the same, through restarts, if it persists before it ends."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path, expected, number = Path(folder) / "e.sqlite", list[str](), 0
        outbox = Outbox(path, most)
        for action in actions:
            if action == "put":
                outbox.put(letter(number))
                expected = [*expected, f"id{number}"][-most:]
                number += 1
            elif action == "deliver" and (head := outbox.peek()) is not None:
                assert head.message.payload == {"id": expected.pop(0)}
                outbox.delivered(head.number)
            elif action == "restart":
                outbox.close()
                outbox = Outbox(path, most)
            elif action in {"persist", "stop_persisting"}:
                getattr(outbox, action)()
        assert drain(outbox) == expected


def test_an_event_is_dropped_once() -> None:
    """One that had to make room is not counted again when the broker refuses it as well."""
    outbox = Outbox(most=1)
    outbox.put(letter(0))
    first = outbox.peek()
    assert first is not None
    outbox.put(letter(1))
    outbox.drop(first.number)
    assert (len(outbox), outbox.dropped) == (1, 1)
