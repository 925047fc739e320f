"""Doing something a few times at once, and then no more often than the rate that can go on for months."""

from __future__ import annotations


class RateLimit:
    """A token bucket: ``burst`` times at once, and one more every ``every_s`` seconds.

    Knows no clock: the caller says what time it is, by one that is never set.
    """

    def __init__(self, burst: int, every_s: float) -> None:
        self._burst_s = burst * every_s
        self._every_s = every_s
        self._left_s = self._burst_s
        self._at: float | None = None

    def wait_s(self, now: float) -> float:
        """Return 0 if it may be done at ``now`` (seconds), and count it; else the seconds until it may."""
        passed_s = 0.0 if self._at is None else max(0.0, now - self._at)
        self._at = now
        self._left_s = min(self._burst_s, self._left_s + passed_s)
        if self._left_s < self._every_s:
            return self._every_s - self._left_s
        self._left_s -= self._every_s
        return 0.0
