"""The one loop: frames in, observations out.

The daemon, the tests, data-set extraction, annotation and evaluation all run :func:`observe`; only the source and the
sinks differ. That is what keeps what a model is trained on and what it meets in a living room the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from haredge.activity.filter import ActivityFilter
from haredge.activity.window import PoseWindow
from haredge.core.interval import Interval
from haredge.core.seams import ActivityClassifier, PoseEstimator
from haredge.core.types import Frame, Observation, Prediction

CLASSIFY_S: Final = 0.33
"""Seconds from one classification to the next: a window of 1.5 s changes little in less, and the LSTM is a fifth of a
fast board's work."""

Measure = Callable[[str], AbstractContextManager[object]]
"""Times a stage of the loop by its name, such as ``with measure("pose"): ...``."""


class Rhythm:
    """Says which frames to take so that they are ``rate_hz()`` a second at most, evenly by their times.

    The rate may change from frame to frame, and a higher one holds at once.
    """

    def __init__(self, rate_hz: Callable[[], float]) -> None:
        self._rate_hz = rate_hz
        self._due = self._taken = -math.inf

    def takes(self, t: float) -> bool:
        """Say whether to take the frame of time ``t`` (seconds); to be asked once for each, in order."""
        period_s = 1 / self._rate_hz()
        due = max(self._due + period_s, self._taken + period_s / 2)
        due = min(due, self._taken + 5 / 4 * period_s)  # what was due at a lower rate is too late at this one
        # A frame a little early is taken: a camera's times jitter, and the next frame would be far too late.
        if t < due - period_s / 4:
            return False
        self._due, self._taken = t if due == -math.inf else due, t
        return True


def at_rate(frames: Iterable[Frame], rate_hz: float) -> Iterator[Frame]:
    """Thin frames out to ``rate_hz`` at most; slower sources pass whole."""
    rhythm = Rhythm(lambda: rate_hz)
    return (frame for frame in frames if rhythm.takes(frame.t))


def observe(
    frames: Iterable[Frame],
    estimator: PoseEstimator,
    classifier: ActivityClassifier,
    activity: ActivityFilter,
    *,
    measure: Measure = nullcontext,
) -> Iterator[Observation]:
    """Yield one observation for each frame, in order.

    A full window is classified every ``CLASSIFY_S`` seconds of the source's time; observations in between carry the
    last prediction. ``measure`` times the stages ``pose``, ``window``, ``classify`` and ``activity``. Errors of the
    source and of the networks pass through.
    """
    window = PoseWindow(classifier.span_s)
    due = Interval(CLASSIFY_S)
    prediction: Prediction | None = None
    for frame in frames:
        with measure("pose"):
            pose = estimator.estimate(frame)
        with measure("window"):
            window.push(pose, frame.t)
            full = pose is not None and window.full
            poses = window.poses() if full and due.due(frame.t) else None
        fresh = None
        if poses:
            with measure("classify"):
                fresh = classifier.classify(poses)
        prediction = fresh or (prediction if full else None)
        with measure("activity"):
            now = activity.update(frame.t, pose is not None, fresh)
        yield Observation(frame, pose, prediction, now)
