"""When a person's crop is classified: in turn, seldom, and never so often that poses have to wait for it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.seams import ImageClassifier, Measure
from haredge.core.types import Frame, Pose
from haredge.still.crop import crop

EACH_S: Final = 1.0
"""Least seconds from one crop of a person to the next: what is in a hand stays there for longer."""

SHARE: Final = 0.1
"""Share of the time that crops may take on a live source."""

ASKED_S: Final = 0.5
"""Seconds after which a person who is not asked for is no longer waited for."""


class Crops:
    """Classifies the crops of all people in one source's view, at most one in a frame. Crops are kept nowhere."""

    def __init__(
        self,
        classifier: ImageClassifier,
        measure: Measure = nullcontext,
        *,
        live: bool = False,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Take the classifier; ``measure`` times the stage ``still``, ``clock`` what a ``live`` source waits for."""
        self._classifier = classifier
        self._measure = measure
        self._live = live
        self._clock = clock
        self._t = self._free_t = -math.inf
        self._index = -1
        self._asked: dict[int, float] = {}
        self._classified: dict[int, float] = {}

    @property
    def labels(self) -> Sequence[str]:
        """The labels, in the order of the probabilities."""
        return self._classifier.labels

    def classified(self, frame: Frame, pose: Pose) -> NDArray[np.float32] | None:
        """Return the probabilities of a person's labels, (n,), if it is their turn in this frame; None otherwise.

        Frames come in order; a time before the last one, as of a video that starts over, starts from scratch.
        """
        if frame.t < self._t:
            self._free_t, self._index, self._asked, self._classified = -math.inf, -1, {}, {}
        self._t = frame.t
        self._asked[pose.track] = frame.t
        if frame.index == self._index or frame.t < self._free_t or pose.track != self._first(frame.t):
            return None
        self._index, self._classified[pose.track] = frame.index, frame.t
        begin = self._clock()
        with self._measure("still"):
            cut = np.ascontiguousarray(crop(frame.image, pose.box)[:, :, ::-1])
            (row,) = self._classifier.probabilities([cut])
        if self._live:
            self._free_t = frame.t + (self._clock() - begin) / SHARE
        return np.asarray(row, np.float32)

    def _first(self, t: float) -> int | None:
        """Return whose turn it is: of those who are due, the one who has waited longest."""
        self._asked = {track: asked for track, asked in self._asked.items() if t - asked <= ASKED_S}
        self._classified = {track: at for track, at in self._classified.items() if track in self._asked}
        due = [track for track in self._asked if t - self._classified.get(track, -math.inf) > EACH_S - 1e-6]
        return min(due, key=lambda track: self._classified.get(track, -math.inf), default=None)
