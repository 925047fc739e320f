"""The outbox's SQLite file: each row is judged by itself, and nothing in it can stop haredge or lose other rows.

The file holds a version. What an older haredge left is read and written again; what a newer one left stays untouched,
and this one keeps a file of its own beside it. A file that another process has locked is busy, not damaged.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.mqtt.messages import Message

log = logging.getLogger(__name__)

VERSION: Final = 1
"""Of the file, in its ``user_version``; 0 is a file from before there were versions."""

MAX_ROW_BYTES: Final = 65_536
"""An event has some 300; what is larger was not written by haredge."""

MAX_NUMBER: Final = 2**62
"""Rows with a larger number are numbered again, so that there is always a next one."""

LOCKED_S: Final = 0.2
"""How long to wait for a lock of another process before trying again later."""

_CREATE: Final = "CREATE TABLE IF NOT EXISTS letter (number INTEGER PRIMARY KEY, topic TEXT, payload TEXT, qos INTEGER)"
_INSERT: Final = "INSERT OR REPLACE INTO letter (number, topic, payload, qos) VALUES (?, ?, ?, ?)"
_DEFAULTS: Final = {"topic": "NULL", "payload": "NULL", "qos": "1"}


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message with its place in the order."""

    number: int
    message: Message


class OutboxFile:
    """A disk that is full or broken costs safety, not the service: it is logged once."""

    def __init__(self, path: Path, most: int) -> None:
        self._path = path
        self._most = most
        self._failing = False
        self.outdated = False
        """Whether the file must be written again as a whole: it is an older one, or has rows that are unusable."""
        self.unusable = 0
        """Rows that were found unusable, or were too many."""

    def read(self) -> list[QueuedMessage] | None:
        """Return the newest messages in the file, oldest first; None if it cannot be read now, as while it is locked.

        A file that is damaged is put aside; one with rows that are unusable is kept under another name, too.
        """
        try:
            if not self._path.exists():
                return []
            with closing(self._open()) as database:
                version = database.execute("PRAGMA user_version").fetchone()[0]
                rows = list(self._judged(database)) if version <= VERSION else None
                total = _count(database) if rows else 0
        except (sqlite3.Error, OSError) as error:
            if _is_passing(error):
                self._report("read", error)
                return None
            self._put_aside(error)
            return []
        if rows is None:
            return self._beside(version)
        return self._usable(rows, total, version)

    def save(self, new: Sequence[QueuedMessage], everything: Collection[QueuedMessage]) -> bool:
        """Write messages that are ``new``, all or none; return whether ``everything`` is in the file now."""
        if self.outdated:
            return self._attempt(lambda: self._replace(everything))
        return self._attempt(lambda: self._change(_INSERT, [_row(each) for each in new]))

    def remove(self, numbers: Sequence[int]) -> bool:
        """Delete messages by their numbers; return whether they are gone."""
        if self.outdated:  # they are left out when it is written again
            return True
        return self._attempt(lambda: self._change("DELETE FROM letter WHERE number = ?", [(each,) for each in numbers]))

    def _judged(self, database: sqlite3.Connection) -> Iterator[tuple[int, Message | None]]:
        """Yield every row's number and message, None in the place of one that is unusable."""
        database.execute("BEGIN")  # from here on the file stays as it is
        columns = {row[1] for row in database.execute("PRAGMA table_info(letter)")}
        if columns:
            wanted = ", ".join(name if name in columns else default for name, default in _DEFAULTS.items())
            query = f"SELECT {wanted} FROM letter WHERE rowid = ?"  # noqa: S608  # words of this module
            newest = "SELECT rowid FROM letter ORDER BY rowid DESC LIMIT ?"
            numbers = [number for (number,) in database.execute(newest, (self._most,))]
            yield from ((number, _judge(database, query, number)) for number in reversed(numbers))

    def _usable(self, rows: list[tuple[int, Message | None]], total: int, version: int) -> list[QueuedMessage]:
        kept = [QueuedMessage(number, message) for number, message in rows if message is not None]
        self.unusable = total - len(kept)
        if self.unusable:
            aside = self._copy_aside()
            text = "%d of %d events in %s are unusable or too many: left out, kept in %s"
            log.error(text, self.unusable, total, self._path, aside)
        self.outdated = bool(self.unusable) or version < VERSION or any(each.number >= MAX_NUMBER for each in kept)
        return [QueuedMessage(n, each.message) for n, each in enumerate(kept)] if self.outdated else kept

    def _beside(self, version: int) -> list[QueuedMessage] | None:
        newer, self._path = self._path, self._path.with_suffix(f".{VERSION}{self._path.suffix}")
        log.warning("%s is of a newer haredge (version %d): left as it is; using %s", newer, version, self._path)
        return self.read()

    def _attempt(self, write: Callable[[], None]) -> bool:
        try:
            write()
        except (sqlite3.Error, OSError) as error:
            self._report("keep", error)
            return False
        self._failing = False
        return True

    def _report(self, verb: str, error: Exception) -> None:
        """Say what failed, once until something succeeds."""
        if not self._failing:
            log.error("cannot %s waiting events in %s: %s; they are in memory only", verb, self._path, error)
        self._failing = True

    def _change(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as database, database:
            _prepare(database)
            database.executemany(statement, rows)

    def _replace(self, everything: Collection[QueuedMessage]) -> None:
        """Write the whole file again, and put it in the old one's place at once."""
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with closing(sqlite3.connect(fresh)) as database, database:
            _prepare(database)
            database.executemany(_INSERT, [_row(each) for each in everything])
        fresh.replace(self._path)
        self.outdated = False

    def _open(self) -> sqlite3.Connection:
        if self._path.exists() and not self._path.is_file():
            raise OSError(f"{self._path} is not a regular file")
        database = sqlite3.connect(self._path, timeout=LOCKED_S)
        if hasattr(database, "setlimit"):  # from Python 3.11 on, a huge row is not even read
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_ROW_BYTES)
        return database

    def _copy_aside(self) -> Path:
        """Keep the file under another name, for a person to inspect; it replaces an earlier one."""
        aside = self._path.with_suffix(".unusable")
        with suppress(OSError):  # a file system without links, or read-only: the rows are lost when it is written again
            aside.unlink(missing_ok=True)
            os.link(self._path, aside)
        return aside

    def _put_aside(self, error: Exception) -> None:
        aside = self._path.with_suffix(".damaged")
        try:
            self._path.replace(aside)
        except OSError as reason:  # a card that has gone read-only
            log.error("%s cannot be read (%s), nor put aside (%s)", self._path, error, reason)  # noqa: TRY400
        else:
            log.warning("%s is damaged (%s): put aside as %s", self._path, error, aside)


def _prepare(database: sqlite3.Connection) -> None:
    """Begin a transaction at whose end the file has its table and its version: no reader sees one without the other."""
    database.execute("BEGIN IMMEDIATE")
    database.execute(_CREATE)
    database.execute(f"PRAGMA user_version = {VERSION}")


def _row(each: QueuedMessage) -> tuple[object, ...]:
    payload = each.message.payload
    text = json.dumps(dict(payload) if isinstance(payload, Mapping) else payload)
    return each.number, each.message.topic, text, each.message.qos


def _count(database: sqlite3.Connection) -> int:
    total: int = database.execute("SELECT count(*) FROM letter").fetchone()[0]
    return total


def _judge(database: sqlite3.Connection, query: str, number: int) -> Message | None:
    """Return a row's message, None if it is not UTF-8, not JSON, nested too deep, too large, on a bad page ..."""
    try:
        return _message(*database.execute(query, (number,)).fetchone())
    except (sqlite3.Error, ValueError, TypeError, RecursionError, MemoryError):
        return None


def _message(topic: object, payload: object, qos: object) -> Message:
    """Return the message; raises ValueError and its like for one that cannot be sent."""
    if not (isinstance(topic, str) and isinstance(payload, str) and isinstance(qos, int) and 0 <= qos <= 2):
        raise TypeError("of the wrong type")
    # A broker ends the connection over a control character, and rejects what only it may publish ($SYS).
    if not 0 < len(topic.encode()) <= 65_535 or re.search("^[$]|[#+]", topic) or not topic.isprintable():
        raise ValueError("not a topic")
    if len(payload) > MAX_ROW_BYTES:
        raise ValueError("too large")
    content = json.loads(payload)
    if not isinstance(content, (str, dict)):
        raise TypeError("of the wrong type")
    message = Message(topic, content, qos)
    message.encoded()
    return message


def _is_passing(error: Exception) -> bool:
    """Return whether an error is of the moment or of the disk, and not of what the file holds."""
    passing = ("locked", "busy", "unable to open", "disk", "readonly", "out of memory")
    return isinstance(error, OSError) or (
        isinstance(error, sqlite3.OperationalError) and any(each in str(error) for each in passing)
    )
