"""One person's activity from their motion and from crops of them, behind the seam `ActivityRecogniser`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.seams import ActivityRecogniser
from haredge.core.types import Frame, Pose, Prediction
from haredge.still.crops import EACH_S, Crops
from haredge.still.joining import Joining

SMOOTHING_S: Final = 1.5
"""Time constant with which the probabilities of crops are smoothed, from none: a single crop is not believed."""

STALE_S: Final = 4.0
"""Seconds after a person's last crop for which it counts."""

FAST: Final = 0.5
"""Sizes of themselves per second from which a person moves fast: what a crop shows then is motion's to say."""

SPEED_S: Final = 0.4
"""Time constant of the smoothing of a person's speed: keypoints tremble."""


class JoinedRecogniser:
    """Adds to a recogniser of motion what crops of the same person show."""

    def __init__(self, motion: ActivityRecogniser, crops: Crops, joining: Joining) -> None:
        """Take the person's own recogniser of motion and rule, and the crops' classifier, which all people share."""
        self._motion = motion
        self._crops = crops
        self._joining = joining
        self._pace = Pace()
        self._still: NDArray[np.float32] | None = None
        self._still_t = -math.inf
        self._prediction: Prediction | None = None

    @property
    def labels(self) -> Sequence[str]:
        """The labels, in the order of :attr:`Prediction.probabilities`."""
        return self._joining.labels

    def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
        """Return the last prediction of motion, joined with the last crops; None while there is none of motion."""
        motion = self._motion.update(frame, pose)
        if pose is not None and pose.t == frame.t:
            self._classify(frame, pose)
        if frame.t - self._still_t > STALE_S:
            self._still = None
        if motion is None:
            self._prediction = None
        elif self._prediction is None or motion.t != self._prediction.t:
            self._prediction = Prediction(motion.t, self._joining.join(motion.probabilities, self._still))
        return self._prediction

    def _classify(self, frame: Frame, pose: Pose) -> None:
        if self._pace.update(pose) >= FAST:
            self._still = None
            return
        row = self._crops.classified(frame, pose)
        if row is None:
            return
        since_s = EACH_S if self._still is None else frame.t - self._still_t
        before = np.zeros_like(row) if self._still is None else self._still
        self._still = before + np.float32(-math.expm1(-since_s / SMOOTHING_S)) * (row - before)
        self._still_t = frame.t


class Pace:
    """How fast a person moves."""

    def __init__(self) -> None:
        self._last: Pose | None = None
        self._speed = 0.0

    def update(self, pose: Pose) -> float:
        """Return the person's speed with their next pose, in sizes of themselves per second."""
        last, self._last = self._last, pose
        if last is None or not 0 < (step_s := pose.t - last.t) <= 1:
            self._speed = 0.0
            return 0.0
        (x, y, size), (last_x, last_y, last_size) = _middle(pose), _middle(last)
        speed = math.hypot(x - last_x, y - last_y) / step_s / max(size, last_size, 1.0)
        self._speed += -math.expm1(-step_s / SPEED_S) * (speed - self._speed)
        return self._speed


def _middle(pose: Pose) -> tuple[float, float, float]:
    """Return the middle of a person's box, and its longer side."""
    left, top, right, bottom = pose.box
    return (left + right) / 2, (top + bottom) / 2, max(right - left, bottom - top)
