"""How long each stage of the loop takes, and how many frames a second come through, lately."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np

LATELY_S: Final = 10.0
"""What is older counts no more: a health message tells of now."""

_MOST: Final = 1500
"""Measurements kept of each stage: more than ``LATELY_S`` of any camera."""


class Stages:
    """Times the stages of a loop by name, and gives medians and percentiles of the last seconds.

    Memory is bounded. For one thread.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter, *, lately_s: float = LATELY_S) -> None:
        self._clock = clock
        self._lately_s = lately_s
        self._measured: dict[str, deque[tuple[float, float]]] = {}

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Time a stage: ``with stages.measure("pose"): ...``."""
        start = self._clock()
        yield
        end = self._clock()
        self._measured.setdefault(stage, deque(maxlen=_MOST)).append((end, end - start))

    @property
    def names(self) -> list[str]:
        """The stages that have run, in the order in which they first did."""
        return list(self._measured)

    def percentile_ms(self, stage: str, percent: float) -> float:
        """Return a percentile of a stage's milliseconds; 0 where it has not run lately."""
        durations = [duration for _, duration in self._lately(stage)]
        return 1000 * float(np.percentile(durations, percent)) if durations else 0.0

    def fps(self) -> float | None:
        """Return the frames a second of the stage that runs most often; None before there are two."""
        rates = [(len(ran) - 1) / (ran[-1][0] - ran[0][0]) for ran in map(self._lately, self._measured) if len(ran) > 1]
        return max(rates, default=None)

    def figures(self) -> dict[str, object]:
        """Give ``fps`` (or None) and ``stages_ms``, each stage's median milliseconds."""
        fps = self.fps()
        medians = {stage: round(self.percentile_ms(stage, 50), 3) for stage in self._measured}
        return {"fps": None if fps is None else round(fps, 2), "stages_ms": medians}

    def _lately(self, stage: str) -> list[tuple[float, float]]:
        since = self._clock() - self._lately_s
        return [(end, duration) for end, duration in self._measured[stage] if end >= since]
