"""The words that a command topic takes; whatever else comes is logged, but never fills the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

from haredge.core.logs import LimitedLog

log = logging.getLogger(__name__)

LONGEST: Final = 32
"""Bytes of the longest command, or value of a setting, that is read; spaces around the word are allowed."""

LOG_S: Final = 60.0
"""Seconds between two log lines about wrong commands: a client that may write the topic must not fill the log."""


class CommandWords:
    """Reads the payloads of one command topic; may be used in any thread."""

    def __init__(self, topic: str, words: Sequence[str], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take the topic's name within the node, such as ``detect/set``, and its words, in capitals."""
        self._topic = topic
        self._words = words
        self._log = LimitedLog(log, 1, LOG_S, monotonic=monotonic)

    def read(self, payload: bytes) -> str | None:
        """Return the word that a payload gives, in upper or lower case; None if it is another, which is logged."""
        word = payload.strip().upper().decode("ascii", "replace") if len(payload) <= LONGEST else ""
        if word in self._words:
            return word
        self._log.line(logging.WARNING, "%s takes %s, not %r", self._topic, " or ".join(self._words), payload[:LONGEST])
        return None
