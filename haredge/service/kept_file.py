"""A small file of the state folder that holds the latest of something that may change at any rate."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from haredge.core.rate_limit import RateLimit
from haredge.core.whole_file import remove_file, replace_file

log = logging.getLogger(__name__)

BURST: Final = 5
"""Changes in a row that are written at once: a person who tries a switch out."""

EVERY_S: Final = 10.0
"""Seconds between two writes if they go on and on: an automation gone wrong must not wear out the SD card."""

Later = Callable[[float, Callable[[], None]], None]
"""Has something done in a number of seconds, in any thread."""


def _in_a_thread(delay_s: float, action: Callable[[], None]) -> None:
    timer = threading.Timer(delay_s, action)
    timer.daemon = True
    timer.start()


class KeptFile:
    """Writes each change at once, unless there are too many: then the latest, :data:`EVERY_S` later at most.

    Changes may come in any thread. A file that cannot be written is logged, once until it can, and tried again every
    :data:`EVERY_S`: a disk that was full may have room by then, and a power cut may come before the next change.
    """

    def __init__(
        self,
        file: Path | None,
        what: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        later: Later = _in_a_thread,
    ) -> None:
        """Take the file, None for one that is never written, and what it keeps, in words for the log."""
        self._file = file
        self._what = what
        self._monotonic = monotonic
        self._later = later
        self._limit = RateLimit(BURST, EVERY_S)
        self._lock = threading.Lock()
        self._content: str | None = None
        self._pending = self._scheduled = self._failing = False

    def keep(self, content: str | None) -> None:
        """Have the file hold this from now on; with None there is no file."""
        with self._lock:
            self._content, self._pending = content, True
            self._write_if_due()

    def close(self) -> None:
        """Write what has not been written."""
        with self._lock:
            self._write()

    def _write_if_due(self) -> None:
        if self._scheduled or not self._pending:
            return
        wait_s = self._limit.wait_s(self._monotonic())
        if not wait_s:
            self._write()
            wait_s = EVERY_S if self._failing else 0.0
        if wait_s:
            self._scheduled = True
            self._later(wait_s, self._write_late)

    def _write_late(self) -> None:
        with self._lock:
            self._scheduled = False
            self._write_if_due()

    def _write(self) -> None:
        if self._file is None or not self._pending:
            return
        try:
            if self._content is None:
                remove_file(self._file)
            else:
                replace_file(self._file, self._content)
        except OSError as error:
            if not self._failing:
                text = "cannot keep %s in %s: %s; a restart will forget it"
                log.error(text, self._what, self._file, error.strerror)  # noqa: TRY400
            self._failing = True
        else:
            if self._failing:
                log.info("kept %s in %s after all", self._what, self._file)
            self._pending = self._failing = False
