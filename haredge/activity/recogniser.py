"""One person's activity from a sliding window of poses: window and classifier behind the seam `ActivityRecogniser`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Final

from haredge.activity.window import PoseWindow
from haredge.core.interval import Interval
from haredge.core.seams import ActivityClassifier, Measure
from haredge.core.types import Frame, Pose, Prediction

CLASSIFY_S: Final = 0.33
"""Seconds from one classification to the next: a window of 1.5 s changes little in less, and the LSTM is a fifth of a
fast board's work."""


class WindowedRecogniser:
    """Classifies one person's window every :data:`CLASSIFY_S` seconds of the source's time."""

    def __init__(self, classifier: ActivityClassifier, measure: Measure = nullcontext) -> None:
        """Take the classifier; ``measure`` times the stages ``window`` and ``classify``."""
        self._classifier = classifier
        self._measure = measure
        self._window = PoseWindow(classifier.span_s, classifier.least_span_s)
        self._due = Interval(CLASSIFY_S)
        self._prediction: Prediction | None = None

    @property
    def labels(self) -> Sequence[str]:
        """The labels, in the order of :attr:`Prediction.probabilities`."""
        return self._classifier.labels

    def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
        """Return the last prediction; None while the window is not ready, or the person is not detected."""
        if pose is None:
            self._window.miss(frame.t)
            self._prediction = None
            return None
        with self._measure("window"):
            self._window.push(pose)
            ready = self._window.ready
            poses = self._window.poses() if ready and self._due.due(frame.t) else None
        if poses:
            with self._measure("classify"):
                self._prediction = self._classifier.classify(poses)
        return self._prediction if ready else None
