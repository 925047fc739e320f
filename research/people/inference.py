"""Networks of every kind behind one function: an image in, people out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Frame, Image
from haredge.models.open import open_pose_estimator
from haredge.pose.estimator import NetworkPoseEstimator

Floats = NDArray[np.float64]

LEAST: Final = 0.02
"""People of lower scores are left out: no threshold of interest lies there."""
SEEN: Final = 0.1
"""Keypoints below this score do not shape a person's box."""
MARGIN: Final = 0.1
"""What a person's outline needs round the keypoints, as a share of the longer side."""


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found in an image, the highest score first."""

    boxes: Floats
    """(people, 4) left, top, right, bottom in pixels of the image."""
    scores: Floats
    """(people,)"""
    keypoints: Floats
    """(people, 17, 3) x, y in pixels of the image, score."""


Finder = Callable[[Image], Found]
"""Finds people in a BGR image."""


def file_finder(model: str, side: int | None) -> Finder:
    """Open a .tflite file or an installed model; ``side`` resizes its input."""
    opened = open_pose_estimator(model, input_size=None if side is None else (side, side))
    estimator = NetworkPoseEstimator(opened.engine, opened.decoder, min_pose_score=LEAST, min_tracked_score=LEAST)

    def find(image: Image) -> Found:
        poses = estimator.estimate(Frame(0, 0.0, image))
        boxes = [pose.network_box or keypoint_box(pose.keypoints.astype(np.float64)) for pose in poses]
        return Found(
            np.array(boxes, np.float64).reshape(-1, 4),
            np.array([pose.presence for pose in poses], np.float64),
            np.array([pose.keypoints for pose in poses], np.float64).reshape(-1, 17, 3),
        )

    return find


def found(keypoints: Floats, scores: NDArray[np.floating]) -> Found:
    """Add boxes to (people, 17, 3) keypoints."""
    boxes = np.array([keypoint_box(person) for person in keypoints]).reshape(-1, 4)
    return Found(boxes, np.asarray(scores, np.float64), keypoints)


def keypoint_box(keypoints: Floats) -> Floats:
    """Return left, top, right, bottom round the seen keypoints of (17, 3), or round all where hardly any is seen."""
    seen = keypoints[:, 2] >= SEEN
    points = keypoints[seen, :2] if seen.sum() >= 3 else keypoints[:, :2]
    low, high = points.min(0), points.max(0)
    more = MARGIN * float((high - low).max())
    return np.concatenate((low - more, high + more))
