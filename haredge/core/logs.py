"""The log on standard error, which systemd keeps and people send to each other: no password is written there.

Nor is what a terminal would obey: messages quote the names of files, and what cameras and brokers say.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import Final

from haredge.core.address import redacted_text
from haredge.core.printable import printable
from haredge.core.rate_limit import RateLimit

BURST: Final = 10
EVERY_S: Final = 600.0
"""Lines of one kind that are logged one after the other, and the seconds to the next if they go on for weeks."""


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        lines = redacted_text(super().format(record)).split("\n")
        return "\n".join(printable(line, len(line)) for line in lines)


def log_to_stderr(level: str) -> None:
    """Write the log from ``level`` (debug, info, warning, error) on; may be called again to change the level."""
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Formatter("%(levelname)s %(message)s"))
        root.addHandler(handler)
    root.setLevel(level.upper())


class LimitedLog:
    """Writes lines of one kind that something outside may cause at any rate: they must not fill the disk."""

    def __init__(
        self,
        log: logging.Logger,
        burst: int = BURST,
        every_s: float = EVERY_S,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the log, how many lines may follow each other at once, and the seconds to each one after that."""
        self._log = log
        self._limit = RateLimit(burst, every_s)
        self._monotonic = monotonic
        self._left_out = 0

    def line(self, level: int, text: str, *values: object) -> None:
        """Write a line, with the number of those that were left out since the last one; or leave this one out, too."""
        if self._limit.wait_s(self._monotonic()):
            self._left_out += 1
            return
        text += f" ({self._left_out} more such lines were left out before)" if self._left_out else ""
        self._left_out = 0
        self._log.log(level, text, *values)
