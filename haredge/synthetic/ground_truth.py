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

_CAPSULES: Final = (  # two joints, radius in metres of a person of 1.75 m, the keypoints (COCO) that lie on it
    *((SHOULDERS[s], ELBOWS[s], 0.045, (5 + s, 7 + s)) for s in (0, 1)),
    *((ELBOWS[s], WRISTS[s], 0.035, (7 + s, 9 + s)) for s in (0, 1)),
    *((HIPS[s], KNEES[s], 0.065, (11 + s, 13 + s)) for s in (0, 1)),
    *((KNEES[s], ANKLES[s], 0.045, (13 + s, 15 + s)) for s in (0, 1)),
    *((SHOULDERS[s], HIPS[s], 0.085, (5, 6, 11, 12, 7 + s)) for s in (0, 1)),
    (NECK, HEAD, 0.05, (0, 1, 2, 3, 4, 5, 6)),
)
_HEAD: Final = (HEAD, NOSE, 0.095)
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
    hidden = _behind_skull(points, joints, bones, eye)
    for first, last, radius, own in _CAPSULES:
        blocked = _crosses(eye, points, joints[first], joints[last], radius * bones.scale)
        blocked[list(own)] = False
        hidden |= blocked
    return hidden


def _behind(points: Floats, joints: Floats, bones: Bones, camera: SyntheticCamera) -> NDArray[np.bool_]:
    """Return for each of (17, 3) points whether another person's body hides it."""
    eye, capsules = np.asarray(camera.position), [(a, b, radius) for a, b, radius, _ in _CAPSULES]
    blocked = [_crosses(eye, points, joints[a], joints[b], r * bones.scale) for a, b, r in (*capsules, _HEAD)]
    return np.asarray(np.any(blocked, 0))


def _behind_skull(points: Floats, joints: Floats, bones: Bones, eye: Floats) -> NDArray[np.bool_]:
    """Return whether points' lines of sight enter the skull, brought to a unit ball."""
    to_ball = head_axes(joints) / (np.asarray(_SKULL) * bones.scale)[:, None]
    start, ends = to_ball @ (eye - joints[HEAD]), (points - joints[HEAD]) @ to_ball.T
    ray = start - ends
    nearest = np.clip(-(ends * ray).sum(1) / (ray * ray).sum(1), 0, 1)
    return np.asarray(((ends + ray * nearest[:, None]) ** 2).sum(1) < 0.93)


def _crosses(eye: Floats, points: Floats, a: Floats, b: Floats, radius: float) -> NDArray[np.bool_]:
    """Return whether points' lines of sight pass within ``radius`` of the segment a-b, in front of the point."""
    sight, limb, offset = eye - points, b - a, points - a
    ss, ll, sl = (sight * sight).sum(1), float(limb @ limb), sight @ limb
    so, lo = (sight * offset).sum(1), offset @ limb
    bottom = np.maximum(ss * ll - sl * sl, 1e-12)
    along = np.clip((sl * lo - so * ll) / bottom, 0, 1)
    across = np.clip((along * sl + lo) / ll, 0, 1)
    along = np.clip((across * sl - so) / ss, 0, 1)
    gap = points + along[:, None] * sight - (a + across[:, None] * limb)
    ahead = along * np.sqrt(ss) > radius
    return np.asarray(((gap * gap).sum(1) < radius * radius) & ahead)
