"""Doing something at most once in a number of seconds."""

from __future__ import annotations


class Interval:
    """Says when ``period_s`` have passed since the last time; the first time is at once.

    Knows no clock: the caller says what time it is, so that frame time and wall time serve alike. A time that runs
    backwards (a file that starts again) counts as due.
    """

    def __init__(self, period_s: float) -> None:
        self._period_s = period_s
        self._last: float | None = None

    def due(self, now: float) -> bool:
        """Return whether the period is over at ``now`` (seconds), and if so start the next one."""
        if self._last is not None and 0 <= now - self._last < self._period_s:
            return False
        self._last = now
        return True
