"""What a classifier gets of a window of poses: one function, in training and in the daemon.

COCO's 17 keypoints are first folded into the 13 joints that every data set has (:data:`JOINTS`). A window keeps one
origin and one scale for all its poses, as the motion that walking and falling consist of would be lost otherwise.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import INDEX
from haredge.core.types import SEEN_SCORE

VERSION: Final = 1
"""Of the encoding. A model trained on another version cannot be used."""

JOINTS: Final = (
    "head",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)
"""The common joints, in Penn Action's order. The head is the mean of the face's keypoints seen."""

SIZE: Final = 5 * len(JOINTS)
"""Numbers for each pose: place (x, y), step since the pose before (x, y), seen or not, of each joint."""

_FACE: Final = [INDEX[name] for name in ("nose", "left_eye", "right_eye", "left_ear", "right_ear")]
_BODY: Final = [INDEX[name] for name in JOINTS[1:]]
_TORSO: Final = [JOINTS.index(name) for name in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")]

_LIMBS: Final = (
    ("shoulder", "hip", 1.0),
    ("hip", "knee", 0.85),
    ("knee", "ankle", 0.8),
    ("shoulder", "elbow", 0.6),
    ("elbow", "wrist", 0.5),
)
"""Limbs of each side and their lengths in a standing body, in lengths of the torso (Winter, Biomechanics, 2009)."""

_LIMB_STARTS: Final = [JOINTS.index(f"{side}_{start}") for start, _, _ in _LIMBS for side in ("left", "right")]
_LIMB_ENDS: Final = [JOINTS.index(f"{side}_{end}") for _, end, _ in _LIMBS for side in ("left", "right")]
_LIMB_LENGTHS: Final = np.repeat([length for _, _, length in _LIMBS], 2)

_STEP_GAIN: Final = 4.0
_LIMIT: Final = 4.0

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def encode(windows: NDArray[Any]) -> NDArray[np.float32]:
    """Encode windows of keypoints (..., poses, 17, 3) as (..., poses, :data:`SIZE`) floats in [-4, 4].

    Moving or scaling the image changes nothing. A joint that is not seen is put where it was seen last or next in
    the window, or at the origin where it never was. A window by itself and in a batch are encoded bit for bit alike.
    """
    if windows.ndim < 3 or windows.shape[-2:] != (17, 3):
        raise ValueError(f"windows of keypoints have the shape (..., poses, 17, 3), not {windows.shape}")
    joints, seen = common_joints(windows)
    ever_seen = np.logical_or.reduce(seen, axis=-2, keepdims=True)
    places = _normalised(filled(joints, seen), ever_seen)
    steps = np.zeros_like(places)
    steps[..., 1:, :, :] = _STEP_GAIN * (places[..., 1:, :, :] - places[..., :-1, :, :])
    parts = [np.clip(part, -_LIMIT, _LIMIT).reshape(*part.shape[:-2], -1) for part in (places, steps)]
    return np.concatenate([*parts, seen], axis=-1).astype(np.float32)


def common_joints(keypoints: NDArray[Any]) -> tuple[Floats, Mask]:
    """Fold keypoints (..., 17, 3) into the common joints: places (..., 13, 2) and whether each is seen (..., 13)."""
    places = keypoints[..., :2].astype(np.float64)
    seen: Mask = (keypoints[..., 2] >= SEEN_SCORE) & np.isfinite(places).all(axis=-1)
    places = np.where(seen[..., None], places, 0.0)
    faces = np.add.reduce([seen[..., i].astype(np.float64) for i in _FACE])
    head = np.add.reduce([places[..., i, :] for i in _FACE]) / np.maximum(faces, 1.0)[..., None]
    joints = np.concatenate([head[..., None, :], places[..., _BODY, :]], axis=-2)
    return joints, np.concatenate([(faces > 0)[..., None], seen[..., _BODY]], axis=-1)


def filled(joints: Floats, seen: Mask) -> Floats:
    """Put joints (..., poses, 13, 2) that are not seen where they were seen last, or where they will be seen first."""
    joints, known = joints.copy(), seen.copy()
    poses = range(seen.shape[-2])
    for order in (poses, reversed(poses)):
        before = None
        for pose in order:
            if before is not None:
                missing = ~known[..., pose, :] & known[..., before, :]
                joints[..., pose, :, :] = np.where(
                    missing[..., None], joints[..., before, :, :], joints[..., pose, :, :]
                )
                known[..., pose, :] |= missing
            before = pose
    return joints


def _normalised(joints: Floats, ever_seen: Mask) -> Floats:
    """Shift to the mean place of the torso and divide by the body's size, both over the whole window."""
    origin = _mean_place(joints, ever_seen)
    scale = _body_size(joints, ever_seen)
    return np.where(ever_seen[..., None], (joints - origin) / scale, 0.0)


def _mean_place(joints: Floats, ever_seen: Mask) -> Floats:
    """Mean over the window of the torso's joints, or of those that are seen if the torso is not: (..., 1, 1, 2)."""
    torso = np.zeros_like(ever_seen)
    torso[..., _TORSO] = ever_seen[..., _TORSO]
    used = np.where(torso.any(axis=-1, keepdims=True), torso, ever_seen)[..., None]
    poses, count = joints.shape[-3], np.maximum(used.sum(axis=-2, keepdims=True), 1)
    mean: Floats = _total(_total(joints * used, -2), -3) / (poses * count)
    return mean


def _total(values: Floats, axis: int) -> Floats:
    """Add up along an axis, which stays, one by one: the order in which numpy's sum adds depends on the shape."""
    return np.take(np.add.accumulate(values, axis), [-1], axis)


def _body_size(joints: Floats, ever_seen: Mask) -> Floats:
    """Length of the torso in pixels, (..., 1, 1, 1), by the three limbs that look longest.

    Limbs that point at the camera look short; those that look longest for their kind lie in the image plane.
    """
    ratios = _limb_ratios(joints, ever_seen)
    longest = np.sort(ratios, axis=-1)[..., -3:]
    count = np.maximum((longest > 0).sum(axis=-1), 1)
    size = (longest[..., 0] + longest[..., 1] + longest[..., 2]) / count
    return np.where(size > 0, size, 1.0)[..., None, None, None]


def _limb_ratios(joints: Floats, ever_seen: Mask) -> Floats:
    """Mean length of each limb over the window, for a length of torso: (..., 10) pixels; 0 where an end is unseen."""
    apart = joints[..., _LIMB_STARTS, :] - joints[..., _LIMB_ENDS, :]
    lengths = np.hypot(apart[..., 0], apart[..., 1])
    means = _total(lengths, -2)[..., 0, :] / (lengths.shape[-2] * _LIMB_LENGTHS)
    both = ever_seen[..., 0, _LIMB_STARTS] & ever_seen[..., 0, _LIMB_ENDS]
    return np.where(both, means, 0.0)
