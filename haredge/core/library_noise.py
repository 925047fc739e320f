"""Keeps what C libraries write to standard error out of it while they work.

libjpeg writes a line about every damaged image, and a webcam with a byte too many in each gives thirty a second: in a
day that is more than a journal holds. It has no setting for that, and haredge says itself what is wrong with an image.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class _Noise:
    """How many threads are in a library whose lines are not wanted, and where standard error really goes."""

    def __init__(self) -> None:
        self.kept_out = False
        self._lock = threading.Lock()
        self._inside = 0
        self._real = -1

    def enter(self) -> None:
        """Point standard error nowhere, if that is not so yet."""
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._real = os.dup(2)
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 2)
                os.close(nowhere)

    def leave(self) -> None:
        """Point it back, if no other thread is inside."""
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                os.dup2(self._real, 2)
                os.close(self._real)


_NOISE = _Noise()


def keep_library_noise_out() -> None:
    """Have :func:`without_noise` take effect in this process, whose own lines go another way from now on.

    Not for a program that uses haredge as a library: what it writes from C would be lost, too.
    """
    with suppress(OSError, ValueError, AttributeError):  # a standard error that is no file
        own = os.dup(sys.stderr.fileno())
        sys.stderr = os.fdopen(own, "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace")
        _NOISE.kept_out = True


@contextmanager
def without_noise() -> Iterator[None]:
    """Keep out of standard error what a library writes there meanwhile, in any thread, if that takes effect here."""
    if not _NOISE.kept_out:
        yield
        return
    with silenced():
        yield


@contextmanager
def silenced() -> Iterator[None]:
    """Keep out of standard error all that is written there meanwhile: for a moment, in any process."""
    _NOISE.enter()
    try:
        yield
    finally:
        _NOISE.leave()
