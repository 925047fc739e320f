"""The joints of other programs' skeletons, brought to COCO's 17 keypoints by their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import INDEX, NAMES
from haredge.core.types import Keypoints

Floats = NDArray[np.float64]

_ARMS: Final = (
    *("nose", "neck", "right_shoulder", "right_elbow", "right_wrist"),
    *("left_shoulder", "left_elbow", "left_wrist"),
)
_LEGS: Final = ("right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle")
_FACE: Final = ("right_eye", "left_eye", "right_ear", "left_ear")

OPENPOSE_18: Final = (*_ARMS, *_LEGS, *_FACE)
"""Joints of OpenPose's model COCO (https://github.com/CMU-Perceptual-Computing-Lab/openpose, doc/02_output.md)."""

OPENPOSE_25: Final = (
    *(*_ARMS, "mid_hip", *_LEGS, *_FACE),
    *("left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe", "right_heel"),
)
"""Joints of OpenPose's model BODY_25."""

HIDDEN_SCORE: Final = 0.5
"""Score of a joint that somebody placed although it is hidden."""


def keypoints_by_name(joints: Floats, names: Sequence[str]) -> Keypoints:
    """Pick COCO's keypoints (..., 17, 3) out of joints (..., n, 3) that have these n names.

    Joints that COCO lacks are dropped. A keypoint that the skeleton lacks is marked missing (0, 0, 0), and so is one
    with no score, or in the corner (0, 0), which is where every one of these formats puts what was not found.
    """
    shared = [name for name in NAMES if name in names]
    keypoints = np.zeros((*joints.shape[:-2], len(NAMES), 3), np.float32)
    keypoints[..., [INDEX[name] for name in shared], :] = joints[..., [names.index(name) for name in shared], :]
    found = (keypoints[..., 2] > 0) & (keypoints[..., :2] != 0).any(axis=-1)
    return np.where(found[..., None], keypoints, np.float32(0))


def placed(places: Floats) -> Floats:
    """Give places (..., n, 2) the score 1: (..., n, 3)."""
    return np.concatenate([places, np.ones((*places.shape[:-1], 1))], axis=-1)


def scores_of(visibility: Floats) -> Floats:
    """Make scores in [0, 1] of a skeleton's third numbers, whether COCO's flags (0, 1 hidden, 2 visible) or scores."""
    if np.isin(visibility, (0, 1, 2)).all():
        return np.asarray(visibility, np.float64) * HIDDEN_SCORE
    return np.clip(visibility, 0, 1)
