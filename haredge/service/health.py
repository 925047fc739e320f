"""How the loop and the board are, for health messages and status lines."""

from __future__ import annotations

import platform
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import numpy as np

from haredge.board import Board
from haredge.inference.engines import ENGINES
from haredge.sources.buffered import BufferedSource, LatestFrame
from haredge.version import __version__

LATELY_S: Final = 10.0
"""Seconds after which a measurement is left out: a health message is about now."""

_MOST: Final = 1500
"""Measurements kept of each stage: more than ``LATELY_S`` of any camera."""

ONCE_A_FRAME: Final = "pose"
"""The stage that runs once for each frame; others wait for a full window, or run once for each person."""

LIBRARIES: Final = (
    *(package for kind in ENGINES for package in kind.packages),
    *("numpy", "opencv-python-headless", "paho-mqtt"),
)


class HealthFigures:
    """Gathers the health data from the parts that have them."""

    def __init__(self) -> None:
        self.stages = Stages()
        self._board = Board()
        self._versions = versions()
        self._frames: BufferedSource | None = None
        self._dropped_before = 0
        self._others: list[Callable[[], Mapping[str, object]]] = []
        self._troubles: list[Callable[[], str]] = []

    def watch(self, frames: BufferedSource) -> None:
        """Count the frames that ``frames`` drops on top of those that were dropped before."""
        self._dropped_before = self._dropped()
        self._frames = frames

    def add(self, other: Callable[[], Mapping[str, object]]) -> None:
        """Add further values to those of the health topic."""
        self._others.append(other)

    def add_trouble(self, trouble: Callable[[], str]) -> None:
        """Add what says in words what is wrong outside the loop, and is empty while nothing is."""
        self._troubles.append(trouble)

    def trouble(self) -> str:
        """Return what is wrong outside the loop, in words; empty while nothing is."""
        return "; ".join(filter(None, (trouble() for trouble in self._troubles)))

    def board_name(self) -> str | None:
        """Return what the board calls itself, None if it has no name."""
        return self._board.name()

    def board_sensors(self) -> tuple[str, ...]:
        """Return which of the values that not every board has this one reports."""
        return self._board.sensors()

    def loop(self) -> dict[str, object]:
        """Return the loop's own values: ``fps``, ``dropped``, ``stages_ms``; of a camera ``image_frozen``, too."""
        live = {"image_frozen": self._frames.frozen} if isinstance(self._frames, LatestFrame) else {}
        return {**self.stages.values(), "dropped": self._dropped(), **live}

    def values(self) -> dict[str, object]:
        """Return all values that docs/schemas/health.json describes, except the time."""
        others = {name: figure for other in self._others for name, figure in other().items()}
        return {**self.loop(), **self._board.figures(), **others, "versions": self._versions}

    def _dropped(self) -> int:
        return self._dropped_before + (self._frames.dropped if self._frames else 0)


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
        """Return a percentile of a stage's milliseconds; 0 if it has not run lately."""
        durations = [duration for _, duration in self._lately(stage)]
        return 1000 * float(np.percentile(durations, percent)) if durations else 0.0

    def fps(self) -> float | None:
        """Return the frame rate; None before there are two frames."""
        ran = self._lately(ONCE_A_FRAME)
        return (len(ran) - 1) / (ran[-1][0] - ran[0][0]) if len(ran) > 1 else None

    def values(self) -> dict[str, object]:
        """Return ``fps`` (or None) and ``stages_ms``, each stage's median milliseconds."""
        fps = self.fps()
        medians = {stage: round(self.percentile_ms(stage, 50), 3) for stage in self._measured}
        return {"fps": None if fps is None else round(fps, 2), "stages_ms": medians}

    def _lately(self, stage: str) -> list[tuple[float, float]]:
        since = self._clock() - self._lately_s
        return [(end, duration) for end, duration in self._measured.get(stage, ()) if end >= since]


def versions() -> dict[str, str]:
    """Return the versions of haredge, Python and those of :data:`LIBRARIES` that pip or apt installed."""
    return {"haredge": __version__, "python": platform.python_version()} | {
        name: found for name in LIBRARIES if (found := _version(name))
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
