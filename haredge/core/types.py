"""The types that flow through haredge, and the seams between its parts.

Data flows one way: a :class:`FrameSource` gives frames, a :class:`PoseEstimator` turns a frame into a pose, an
:class:`ActivityClassifier` turns a window of poses into probabilities, the activity filter turns those into a steady
:class:`Activity`, and every :class:`Sink` is handed the resulting :class:`Observation`.

Times ``t`` are seconds on the source's own monotonic clock, never the wall clock: a Pi has no battery-backed clock,
and NTP may move it by hours while haredge runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""A picture, (height, width, 3) bytes."""

Keypoints = NDArray[np.float32]
"""(17, 3) floats: x, y in pixels of the picture, score in [0, 1]; COCO's order (see :mod:`haredge.core.keypoints`)."""

NO_PERSON: Final = "no_person"
"""The activity's label while nobody is in view."""

UNKNOWN: Final = "unknown"
"""The activity's label while somebody is in view and no label can be given with confidence."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a source."""

    index: int
    """Counts the source's frames from 0, those dropped included."""
    t: float
    """Seconds on the source's clock."""
    image: Image
    """(height, width, 3) bytes, BGR, as OpenCV gives them."""


@dataclass(frozen=True, slots=True)
class Pose:
    """One person's keypoints in one frame."""

    t: float
    keypoints: Keypoints

    @property
    def score(self) -> float:
        """Mean of the keypoints' scores, in [0, 1]."""
        return float(self.keypoints[:, 2].mean())


@dataclass(frozen=True, slots=True)
class Prediction:
    """A classifier's answer for one window."""

    t: float
    """Time of the window's last pose."""
    probabilities: NDArray[np.float32]
    """(n labels,) in the classifier's order; sums to 1 within quantisation."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What is going on, steady from one observation to the next."""

    label: str
    """A label of the classifier, :data:`NO_PERSON` or :data:`UNKNOWN`."""
    probability: float
    """Smoothed probability of the label, in [0, 1]; 1 for :data:`NO_PERSON`, 0 for :data:`UNKNOWN`."""
    since: float
    """``t`` at which the activity began."""


@dataclass(frozen=True, slots=True)
class Observation:
    """All that is known of one frame, once it has been through the pipeline."""

    frame: Frame
    pose: Pose | None
    """None where nobody is in view."""
    prediction: Prediction | None
    """None while the window is not full."""
    activity: Activity


class FrameSource(Protocol):
    """Where frames come from: a camera, a file, a stream."""

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames with growing ``index`` and ``t``.

        A file's end ends the iteration. A camera that cannot be opened, stops or hangs raises
        :class:`haredge.core.errors.SourceError`. Closing the iterator releases the device.
        """


class PoseEstimator(Protocol):
    """Finds one person's keypoints in a frame."""

    def estimate(self, frame: Frame) -> Pose | None:
        """Return the dominant person's pose in pixels of ``frame.image``, or None where nobody is in view."""


class ActivityClassifier(Protocol):
    """Tells activities apart by nine poses."""

    @property
    def labels(self) -> Sequence[str]:
        """The labels, in the order of :attr:`Prediction.probabilities`."""

    @property
    def span_s(self) -> float:
        """Seconds from a window's first pose to its last."""

    def classify(self, window: Sequence[Pose]) -> Prediction:
        """Classify nine poses evenly spread over ``span_s``, oldest first."""


class Sink(Protocol):
    """Takes observations onward."""

    def emit(self, observation: Observation) -> None:
        """Take an observation; return at once, whatever the outside world is doing."""
