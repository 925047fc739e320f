"""The true keypoints of a synthetic person: where they are in the image, and whether they can be seen there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.synthetic.camera import NEAR_M, SyntheticCamera
from haredge.synthetic.skeleton import (
    ANKLES,
    ELBOWS,
    HEAD,
    HIPS,
    KNEES,
    NECK,
    NOSE,
    SHOULDERS,
    WRISTS,
    Bones,
    Floats,
    coco_points,
    head_axes,
)

OUTSIDE: Final = 0.0
HIDDEN: Final = 1.0
VISIBLE: Final = 2.0
"""COCO's flags: outside the image, in it but behind something, in it and seen."""

_Capsule = tuple[int, int, float, tuple[int, ...]]
"""Two joints, radius in metres of a person of 1.75 m, the keypoints (COCO) that lie on it."""

_CAPSULES: Final[tuple[_Capsule, ...]] = (
    *((SHOULDERS[s], ELBOWS[s], 0.045, (5 + s, 7 + s)) for s in (0, 1)),
    *((ELBOWS[s], WRISTS[s], 0.035, (7 + s, 9 + s)) for s in (0, 1)),
    *((HIPS[s], KNEES[s], 0.065, (11 + s, 13 + s)) for s in (0, 1)),
    *((KNEES[s], ANKLES[s], 0.045, (13 + s, 15 + s)) for s in (0, 1)),
    *((SHOULDERS[s], HIPS[s], 0.085, (5, 6, 11, 12, 7 + s)) for s in (0, 1)),
    (NECK, HEAD, 0.05, (0, 1, 2, 3, 4, 5, 6)),
)
_LIES_ON: Final = np.array([[keypoint in own for keypoint in range(17)] for *_, own in _CAPSULES])
_HEAD: Final[_Capsule] = (HEAD, NOSE, 0.095, ())
_SKULL: Final = (0.070, 0.105, 0.086)
"""Half axes of the ellipsoid that hides the far side of the face."""


def true_keypoints(
    joints: Floats, bones: Bones, camera: SyntheticCamera, others: Sequence[tuple[Floats, Bones]] = ()
) -> Floats:
    """Give (17, 3) x, y in pixels and the flag of a figure's COCO keypoints; ``others`` may stand before it."""
    points = coco_points(joints, bones)
    xy, depth = camera.project(points)
    inside = (depth > NEAR_M) & (xy >= -0.5).all(1) & (xy < np.asarray(camera.size) - 0.5).all(1)
    hidden = _hidden(points, joints, bones, camera)
    for other_joints, other_bones in others:
        hidden |= _behind(points, other_joints, other_bones, camera)
    flag = np.where(hidden, HIDDEN, VISIBLE)
    return np.concatenate([xy, np.where(inside, flag, OUTSIDE)[:, None]], 1)


def _hidden(points: Floats, joints: Floats, bones: Bones, camera: SyntheticCamera) -> NDArray[np.bool_]:
    """Return for each of (17, 3) points whether the body itself hides it."""
    eye = np.asarray(camera.position)
    blocked = _crossed(eye, points, joints, _CAPSULES, bones) & ~_LIES_ON
    return np.asarray(_behind_skull(points, joints, bones, eye) | blocked.any(0))


def _behind(points: Floats, joints: Floats, bones: Bones, camera: SyntheticCamera) -> NDArray[np.bool_]:
    """Return for each of (17, 3) points whether another person's body hides it."""
    return np.asarray(_crossed(np.asarray(camera.position), points, joints, (*_CAPSULES, _HEAD), bones).any(0))


def _behind_skull(points: Floats, joints: Floats, bones: Bones, eye: Floats) -> NDArray[np.bool_]:
    """Return whether points' lines of sight enter the skull, brought to a unit ball."""
    to_ball = head_axes(joints) / (np.asarray(_SKULL) * bones.scale)[:, None]
    start, ends = to_ball @ (eye - joints[HEAD]), (points - joints[HEAD]) @ to_ball.T
    ray = start - ends
    nearest = np.clip(-(ends * ray).sum(1) / (ray * ray).sum(1), 0, 1)
    return np.asarray(((ends + ray * nearest[:, None]) ** 2).sum(1) < 0.93)


def _crossed(
    eye: Floats, points: Floats, joints: Floats, capsules: Sequence[_Capsule], bones: Bones
) -> NDArray[np.bool_]:
    """Return (capsules, points) whether points' lines of sight pass through a limb, in front of the point."""
    firsts, lasts, radii, _ = zip(*capsules, strict=True)
    a, b, radius = joints[list(firsts)], joints[list(lasts)], np.array(radii)[:, None] * bones.scale
    sight, limb, offset = eye - points, b - a, points - a[:, None]
    ss, ll, sl = (sight * sight).sum(1), (limb * limb).sum(1)[:, None], limb @ sight.T
    so, lo = (sight * offset).sum(2), (offset * limb[:, None]).sum(2)
    bottom = np.maximum(ss * ll - sl * sl, 1e-12)
    along = np.clip((sl * lo - so * ll) / bottom, 0, 1)
    across = np.clip((along * sl + lo) / ll, 0, 1)
    along = np.clip((across * sl - so) / ss, 0, 1)
    gap = points + along[..., None] * sight - (a[:, None] + across[..., None] * limb[:, None])
    return np.asarray(((gap * gap).sum(2) < radius * radius) & (along * np.sqrt(ss) > radius))
