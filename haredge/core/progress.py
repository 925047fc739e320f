"""How far a long task has come, and how long it still takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from haredge.core.clock import clock_time

FIRST_ESTIMATE_S: Final = 1.0
"""Before this much work, a time left would be a guess."""

WIDTH: Final = 24
"""Characters of a bar on a terminal."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a task stands."""

    share: float | None
    """Done so far, in [0, 1]; None where nobody knows how much there is to do."""
    left_s: float | None
    """Seconds still to go; None while it cannot be told."""


class Estimate:
    """Tells the time left from the time that the work has taken since the first step was told."""

    def __init__(self, total: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Take how much there is to do, in any unit (seconds of film), or None where that is unknown."""
        self._total = total if total and total > 0 else None
        self._clock = clock
        self._began_s = clock()
        self._first: tuple[float, float] | None = None

    @property
    def taken_s(self) -> float:
        """Seconds since the work began."""
        return self._clock() - self._began_s

    def at(self, done: float) -> Step:
        """Return where the task stands once ``done`` of the total is done."""
        if self._total is None:
            return Step(None, None)
        share, now_s = min(1.0, max(0.0, done / self._total)), self._clock()
        self._first = self._first or (now_s, share)
        # What came before the first step (a model that was loaded) is no measure of the next.
        taken_s, more = now_s - self._first[0], share - self._first[1]
        return Step(share, taken_s * (1 - share) / more if more > 0 and taken_s >= FIRST_ESTIMATE_S else None)


def bar(step: Step) -> str:
    """Return a bar of text such as ``########----------------  33 %  0:42 left``."""
    if step.share is None:
        return "working"
    full = round(step.share * WIDTH)
    left = "" if step.left_s is None else f"  {clock_time(step.left_s)} left"
    return f"{'#' * full}{'-' * (WIDTH - full)} {step.share:4.0%}{left}"
