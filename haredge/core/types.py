"""The types that flow through haredge: frame, pose, prediction, activity, observation.

Times ``t`` are seconds on the source's own monotonic clock, never the wall clock: a Pi has no battery-backed clock,
and NTP may move it by hours while haredge runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""A picture, (height, width, 3) bytes."""

Keypoints = NDArray[np.float32]
"""(17, 3) floats: x, y in pixels of the picture, score in [0, 1]; COCO's order (see :mod:`haredge.core.keypoints`)."""


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
    """A label of the classifier, or one of :mod:`haredge.core.labels`."""
    probability: float
    """Smoothed probability of the label, in [0, 1]; 1 for `no_person`, 0 for `unknown`."""
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
