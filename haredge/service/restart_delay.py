"""How long a process whose camera is away waits before it ends: a restart every four seconds would fill the journal.

The process still ends, and is started again by systemd. It counts in systemd's ``RuntimeDirectory``, which is memory
and outlives a restart; without one, as in a terminal, it ends at once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

FIRST_S: Final = 4.0
LONGEST_S: Final = 30.0
"""Seconds that the second end in a row waits, and the longest: a camera that comes back is found within that."""

LONGEST_SEEN_S: Final = 10.0
"""The longest after frames: from the first one on systemd's watchdog waits for a sign of life, for 20 s."""

STEADY_S: Final = 60.0
"""Seconds of frames after which a camera is back: one with too weak a supply gives some each time, and goes again."""

_MOST: Final = 9
"""Ends in a row that are counted."""

PAUSE_S: Final = 0.5
"""A signal is heeded within it."""


class RestartDelay:
    """Counts ends in a row that came before the camera had been back for a while."""

    def __init__(self, folder: Path | None) -> None:
        """Take the folder that outlives a restart, None if there is none."""
        self._file = folder / "camera-away" if folder else None
        self._first_t: float | None = None
        self._steady = False

    def seen(self, t: float) -> None:
        """Note that there is a frame, at this time of the source's clock."""
        self._first_t = t if self._first_t is None else self._first_t
        if self._file is not None and not self._steady and t - self._first_t >= STEADY_S:
            self._steady = True
            with suppress(OSError):
                self._file.unlink(missing_ok=True)

    def next_s(self) -> float:
        """Return how long to wait before this end: not at all before the first of a row, then longer each time."""
        if self._file is None:
            return 0.0
        ends = self._ends()
        if ends < _MOST:  # in a container the file is on the disk
            with suppress(OSError):
                self._file.write_text(str(ends + 1))
        longest_s = LONGEST_S if self._first_t is None else LONGEST_SEEN_S
        return min(FIRST_S * 2.0 ** (ends - 1), longest_s) if ends else 0.0

    def _ends(self) -> int:
        try:
            return min(int(self._file.read_text()), _MOST) if self._file else 0
        except (OSError, ValueError):
            return 0


def wait(delay_s: float, asked: Callable[[], bool], pause: Callable[[float], object]) -> None:
    """Wait, for as long as no one has asked for something else."""
    left_s = delay_s
    while left_s > 0 and not asked():
        pause(min(PAUSE_S, left_s))
        left_s -= PAUSE_S
