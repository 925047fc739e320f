"""Messages that must arrive: kept in order until the broker has acknowledged them.

While the broker answers, they are in memory only and nothing is written: an SD card wears out. While it does not, they
are also in an SQLite file, so that they outlive the process and a power cut.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections import deque
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.mqtt.messages import Message

log = logging.getLogger(__name__)

FORGET_AT_ONCE: Final = 100
"""Delivered messages are deleted from the file so many at a time: each deletion makes the card write."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with its place in the order."""

    number: int
    message: Message


class Outbox:
    """A bounded queue whose head stays until it is delivered; when full, the oldest gives way and is counted."""

    def __init__(self, path: Path | None = None, most: int = 10_000) -> None:
        """Take up what an earlier process has left in the file; without a file there is memory only."""
        self._file = _File(path) if path is not None else None
        self._letters = deque(self._file.letters() if self._file else ())
        self._most = most
        self._next = self._letters[-1].number + 1 if self._letters else 0
        self._storing = False
        self._stored_below = self._next
        """Letters with a smaller number are in the file."""
        self._delivered: list[int] = []
        self.dropped = 0
        """How many messages gave way to newer ones."""

    def __len__(self) -> int:
        return len(self._letters)

    def put(self, message: Message) -> None:
        """Add a message at the end."""
        if len(self._letters) >= self._most:
            self._drop(self._letters.popleft())
        self._letters.append(Letter(self._next, message))
        self._next += 1
        if self._storing:
            self._store()

    def head(self) -> Letter | None:
        """Return the message to send next, None where there is none."""
        return self._letters[0] if self._letters else None

    def delivered(self, number: int) -> None:
        """Forget a message that has arrived; one that has given way meanwhile is no matter."""
        if self._letters and self._letters[0].number == number:
            self._letters.popleft()
            self._forget(number)

    def store(self) -> None:
        """Write what is here, and from now on what comes, to the file: the broker does not answer."""
        self._storing = True
        self._store()

    def rest(self) -> None:
        """Write no more: the broker answers."""
        self._storing = False

    def close(self) -> None:
        """Leave what has not been delivered in the file, for the next process."""
        self._store()
        if self._delivered:
            self._tidy()

    def _store(self) -> None:
        new = [letter for letter in self._letters if letter.number >= self._stored_below]
        if self._file and new and self._file.add(new):
            self._stored_below = self._next

    def _forget(self, number: int) -> None:
        if number < self._stored_below:
            self._delivered.append(number)
        if len(self._delivered) >= FORGET_AT_ONCE or (self._delivered and not self._letters):
            self._tidy()

    def _tidy(self) -> None:
        if self._file:
            self._file.remove(self._delivered)
        self._delivered = []

    def _drop(self, letter: Letter) -> None:
        if self.dropped == 0:
            log.error("more than %d events wait for the broker: the oldest are dropped", self._most)
        self.dropped += 1
        self._forget(letter.number)


class _File:
    """The SQLite file. A disk that is full or broken costs safety, not the service: it is logged once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failing = False

    def letters(self) -> list[Letter]:
        """Return what is in the file, oldest first; a file that is damaged is put aside."""
        if not self._path.exists():
            return []
        try:
            with closing(self._open()) as database:
                rows = database.execute("SELECT number, topic, payload, qos FROM letter ORDER BY number").fetchall()
            return [Letter(number, Message(topic, json.loads(payload), qos)) for number, topic, payload, qos in rows]
        except (sqlite3.Error, ValueError, TypeError) as error:
            self._put_aside(error)
            return []

    def add(self, letters: list[Letter]) -> bool:
        """Write letters, all or none; say whether they are in the file now."""
        rows = [(each.number, each.message.topic, _text(each.message), each.message.qos) for each in letters]
        return self._change("INSERT OR REPLACE INTO letter VALUES (?, ?, ?, ?)", rows)

    def remove(self, numbers: list[int]) -> None:
        """Delete letters by their numbers."""
        self._change("DELETE FROM letter WHERE number = ?", [(number,) for number in numbers])

    def _change(self, statement: str, rows: Sequence[tuple[object, ...]]) -> bool:
        try:
            with closing(self._open()) as database, database:
                database.executemany(statement, rows)
        except (sqlite3.Error, OSError) as error:
            if not self._failing:
                log.error("cannot keep waiting events in %s: %s; they are in memory only", self._path, error)  # noqa: TRY400
            self._failing = True
        else:
            self._failing = False
        return not self._failing

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path)
        database.execute(
            "CREATE TABLE IF NOT EXISTS letter (number INTEGER PRIMARY KEY, topic TEXT, payload TEXT, qos INTEGER)"
        )
        return database

    def _put_aside(self, error: Exception) -> None:
        aside = self._path.with_suffix(".damaged")
        try:
            self._path.replace(aside)
        except OSError as reason:  # a card that has gone read-only
            log.error("%s cannot be read (%s), nor put aside (%s)", self._path, error, reason)  # noqa: TRY400
        else:
            log.warning("%s is damaged (%s): put aside as %s", self._path, error, aside)


def _text(message: Message) -> str:
    return json.dumps(message.payload if isinstance(message.payload, str) else dict(message.payload))
