"""What differs from one room and one person to the next: the camera, the body, its bearing, its pace.

Recordings are of few people. Windows of the common joints (m, poses, 13, 2) are in any unit, no joint far from the
body, and come back changed; amounts are drawn again for every window.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity.features import JOINTS

Places = NDArray[np.float32]
Scores = NDArray[np.float32]

MIRROR: Final = [0] + [index + (1 if index % 2 else -1) for index in range(1, len(JOINTS))]
"""Index of each joint's counterpart on the other side."""

_LENGTH: Final = 0.1
"""Standard deviation of a bone's length, a part of it: more than people's differ, as cameras are tilted and data sets
put joints elsewhere."""
_BEARING: Final = 0.1
"""Standard deviation of a limb's lasting turn, radians; it drifts by half as much within the window."""
_HURRY: Final = 0.6
"""Most by which a moment may be faster or slower than the window's mean, a part of it."""

_MIDDLES: Final = [JOINTS.index(name) for name in ("left_shoulder", "left_hip")]
"""Left joints: neck and pelvis lie in the middle between them and their right counterparts."""
_NECK: Final = len(JOINTS)
_PELVIS: Final = _NECK + 1
_BONES: Final = (
    (_PELVIS, _NECK, "trunk"),
    (_NECK, JOINTS.index("head"), "neck"),
    *(
        (start if isinstance(start, int) else JOINTS.index(f"{side}_{start}"), JOINTS.index(f"{side}_{end}"), name)
        for start, end, name in (
            (_NECK, "shoulder", "collar"),
            (_PELVIS, "hip", "pelvis"),
            ("shoulder", "elbow", "arm"),
            ("elbow", "wrist", "forearm"),
            ("hip", "knee", "thigh"),
            ("knee", "ankle", "shin"),
        )
        for side in ("left", "right")
    ),
)
"""Bones from the pelvis outwards: from, to, and what they are called."""
_LIMBS: Final = ("arm", "forearm", "thigh", "shin")


def mirrored(places: Places, scores: Scores, rng: np.random.Generator) -> tuple[Places, Scores]:
    """Mirror half of the windows, and their joints' scores (m, poses, 13)."""
    flip = rng.random(len(places)) < 0.5
    places, scores = places.copy(), scores.copy()
    places[flip] = places[flip][:, :, MIRROR] * np.array([-1, 1], np.float32)
    scores[flip] = scores[flip][:, :, MIRROR]
    return places, scores


def warped(places: Places, rng: np.random.Generator) -> Places:
    """Turn, squeeze and shear each window's image a little, as another camera would."""
    count = len(places)
    turn, shear = rng.normal(0, 0.07, count), rng.normal(0, 0.06, count)
    squeeze = np.exp(rng.normal(0, 0.08, count))
    cos, sin = np.cos(turn), np.sin(turn)
    matrices = np.stack([cos * squeeze, sin + shear, -sin, cos / squeeze], axis=-1).reshape(count, 1, 2, 2)
    return (places @ matrices.astype(np.float32)).astype(np.float32)


def rebuilt(places: Places, rng: np.random.Generator, length: float = _LENGTH, bearing: float = _BEARING) -> Places:
    """Give each window's body other proportions, and its limbs another bearing; the middle of the hips stays.

    ``length`` and ``bearing`` are standard deviations: of the logarithm of each kind of bone's length, which is the
    same left and right and throughout the window, and of each limb's turn in the image, in radians.
    """
    names = dict.fromkeys(name for _, _, name in _BONES)
    factors = {name: np.exp(rng.normal(0, length, (len(places), 1, 1))).astype(np.float32) for name in names}
    middles = [places[:, :, [left, left + 1]].mean(axis=2, keepdims=True) for left in _MIDDLES]
    points: Places = np.concatenate([places, *middles], axis=2)
    moved: Places = np.zeros_like(points)
    for start, end, name in _BONES:
        bone = points[:, :, end] - points[:, :, start]
        turned = _turned(bone, bearing, rng) if name in _LIMBS else bone
        moved[:, :, end] = moved[:, :, start] + factors[name] * turned - bone
    return places + moved[:, :, : len(JOINTS)]


def _turned(bone: Places, bearing: float, rng: np.random.Generator) -> Places:
    """Turn one bone (m, poses, 2) in each window, and a little more or less as time goes by."""
    count, poses = bone.shape[:2]
    lasting, passing = rng.normal(0, bearing, (2, count, 1)) * [[[1.0]], [[0.5]]]
    angle = (lasting + passing * np.linspace(-1, 1, poses)).astype(np.float32)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = bone[..., 0], bone[..., 1]
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)


def paces(count: int, poses: int, rng: np.random.Generator, hurry: float = _HURRY) -> NDArray[np.float64]:
    """Draw at which part of its window each pose is, growing from 0 to 1: (m, poses).

    No one moves like a clock: a window is slower here and faster there by up to ``hurry``, from 0 to 1, of its mean.
    """
    even = np.linspace(0, 1, poses)
    phase = rng.uniform(0, 2 * np.pi, (count, 1))
    amount = rng.uniform(0, hurry, (count, 1)) / (2 * np.pi)
    at: NDArray[np.float64] = even + amount * (np.sin(2 * np.pi * even + phase) - np.sin(phase))
    return at
