"""The time between two frames, as far as it counts."""

from __future__ import annotations


class Step:
    """Measures from one time to the next, in seconds; what is longer than ``longest_s`` counts as no more.

    What happened in a pause is not known: the camera was away, detection off, or the person not detected.
    Knows no clock: the caller says what time it is.
    """

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._t: float | None = None

    def to(self, t: float) -> float:
        """Return the seconds since the last time, which ``t`` now is: 0 at first, and when time runs backwards."""
        before, self._t = self._t, t
        return 0.0 if before is None else min(max(0.0, t - before), self._longest_s)
