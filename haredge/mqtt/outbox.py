"""Messages that must arrive: kept in order until the broker has acknowledged them.

While the broker answers, they are in memory only and nothing is written: an SD card wears out. While it does not, they
are also in an SQLite file, so that they outlive the process and a power cut.
"""

from __future__ import annotations

import logging
from collections.abc import Container
from pathlib import Path
from typing import Final

from haredge.mqtt.messages import Message
from haredge.mqtt.outbox_file import MAX_NUMBER, OutboxFile, QueuedMessage

log = logging.getLogger(__name__)

REMOVE_AT_ONCE: Final = 100
"""Delivered messages are deleted from the file this many at a time: each deletion makes the card write."""


class Outbox:
    """A bounded queue whose head stays until it is delivered; when full, the oldest is dropped and counted."""

    def __init__(self, path: Path | None = None, most: int = 10_000) -> None:
        """Take up what an earlier process has left in the file; without a file there is memory only."""
        self._file = OutboxFile(path, most) if path is not None else None
        self._queue: dict[int, QueuedMessage] = {}
        self._most = most
        self._next = MAX_NUMBER  # after all that the file may hold
        self._unread = self._file is not None
        self._persisting = False
        self._overflowing = False
        """Whether some were dropped for newer ones since all had last been delivered."""
        self._stored: set[int] = set()
        """Numbers of waiting messages that are in the file."""
        self._delivered: list[int] = []
        """Numbers of messages in the file that wait no more."""
        self.dropped = 0
        """How many messages were lost: dropped for newer ones, or unusable in the file."""
        self._read()

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, message: Message) -> None:
        """Add a message at the end."""
        self._queue[self._next] = QueuedMessage(self._next, message)
        self._next += 1
        self._drop_oldest()
        if self._persisting:
            self._save()

    def peek(self, without: Container[str] = ()) -> QueuedMessage | None:
        """Return the message to send next, leaving out the topics ``without``; None if none waits."""
        return next((each for each in self._queue.values() if each.message.topic not in without), None)

    def delivered(self, number: int) -> None:
        """Forget a message that has arrived; does nothing if it was dropped before."""
        if self._queue.pop(number, None) is not None:
            self._forget(number)

    def drop(self, number: int) -> None:
        """Drop a message that cannot be delivered, and count it; does nothing if it was dropped before."""
        self.dropped += number in self._queue
        self.delivered(number)

    def persist(self) -> None:
        """Write what waits, and from now on what comes, to the file: the broker does not answer."""
        self._persisting = True
        self._save()

    def stop_persisting(self) -> None:
        """Write no more: all has been delivered."""
        self._persisting = self._overflowing = False

    @property
    def unfinished(self) -> bool:
        """Whether the file could not be read yet, or not take all that it should."""
        return self._unread or (self._file is not None and self._persisting and len(self._stored) < len(self._queue))

    def retry(self) -> None:
        """Try again to read the file, and to write what it should hold."""
        self._read()
        if self._persisting:
            self._save()

    def close(self) -> None:
        """Leave what has not been delivered in the file, for the next process."""
        self._save()
        if self._delivered:
            self._tidy()

    def _read(self) -> None:
        """Put what the file holds before what came since; a file that is locked is left for later."""
        if self._file is None or not self._unread or (found := self._file.read()) is None:
            return
        self._unread = False
        self.dropped += self._file.unusable
        self._queue = {each.number: each for each in found} | self._queue
        if not self._file.outdated:
            self._stored = {each.number for each in found}
        elif (found or self._file.unusable) and self._file.save([], self._queue.values()):
            self._stored = set(self._queue)
        if not self._queue or max(self._queue) < MAX_NUMBER:
            self._next = max(self._queue, default=-1) + 1
        self._drop_oldest()

    def _save(self) -> None:
        if self._file is None:
            return
        self._read()
        new = [each for each in self._queue.values() if each.number not in self._stored]
        if new and not self._unread and self._file.save(new, self._queue.values()):
            self._stored = set(self._queue)

    def _drop_oldest(self) -> None:
        while len(self._queue) > self._most:
            if not self._overflowing:
                log.error("more than %d events wait to be delivered: the oldest are dropped", self._most)
            self._overflowing = True
            self.drop(next(iter(self._queue)))

    def _forget(self, number: int) -> None:
        if number in self._stored:
            self._stored.discard(number)
            self._delivered.append(number)
        if len(self._delivered) >= REMOVE_AT_ONCE or (self._delivered and not self._queue):
            self._tidy()

    def _tidy(self) -> None:
        if self._file is not None and self._file.remove(self._delivered):
            self._delivered = []
