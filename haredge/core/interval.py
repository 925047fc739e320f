"""Doing something at most once in a number of seconds."""

from __future__ import annotations


def passed(since: float, now: float, period_s: float) -> bool:
    """Return whether a period that began at ``since`` is over at ``now``; a time before it counts as over."""
    return not 0 <= now - since < period_s


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
        if self._last is not None and not passed(self._last, now, self._period_s):
            return False
        self._last = now
        return True
