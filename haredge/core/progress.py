"""How far a long task is, and how long it still takes."""

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
class TaskProgress:
    """How far a task is."""

    share: float | None
    """Done so far, in [0, 1]; None if the total is not known."""
    left_s: float | None
    """Seconds still to go; None while there is no estimate."""


class Estimate:
    """Estimates the time left from the time that the work has taken since its first step."""

    def __init__(self, total: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Take how much there is to do, in any unit (seconds of video), or None if that is not known."""
        self._total = total if total and total > 0 else None
        self._clock = clock
        self._began_s = clock()
        self._first: tuple[float, float] | None = None

    @property
    def taken_s(self) -> float:
        """Seconds since the work began."""
        return self._clock() - self._began_s

    def at(self, done: float) -> TaskProgress:
        """Return how far the task is once ``done`` of the total is done."""
        if self._total is None:
            return TaskProgress(None, None)
        share, now_s = min(1.0, max(0.0, done / self._total)), self._clock()
        self._first = self._first or (now_s, share)
        # What came before the first step (a model that was loaded) does not measure the rest.
        taken_s, more = now_s - self._first[0], share - self._first[1]
        return TaskProgress(share, taken_s * (1 - share) / more if more > 0 and taken_s >= FIRST_ESTIMATE_S else None)


def bar(progress: TaskProgress) -> str:
    """Return a bar of text such as ``########----------------  33 %  0:42 left``."""
    if progress.share is None:
        return "working"
    full = round(progress.share * WIDTH)
    left = "" if progress.left_s is None else f"  {clock_time(progress.left_s)} left"
    return f"{'#' * full}{'-' * (WIDTH - full)} {progress.share:4.0%}{left}"
