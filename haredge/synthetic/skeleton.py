"""The figure's joints, the lengths between them, and the COCO keypoints that they give.

World axes: metres, x to the left of a person who faces +z, y up, the floor at y = 0. A posture of joints is
(``JOINT_COUNT``, 3); its first 13 rows are in Penn Action's order, so that any recorded skeleton of that form fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

JOINT_NAMES: Final = (
    *("head", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist"),
    *("left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle"),
    *("neck", "nose", "left_knuckle", "right_knuckle", "left_toe", "right_toe", "spine"),
)
"""``head`` is midway between the ears, ``neck`` on the line of the shoulders, ``nose`` its tip, ``spine`` the waist."""

JOINT: Final = {name: index for index, name in enumerate(JOINT_NAMES)}
JOINT_COUNT: Final = len(JOINT_NAMES)
PENN_COUNT: Final = 13
HEAD, NECK, NOSE, SPINE = (JOINT[name] for name in ("head", "neck", "nose", "spine"))
SHOULDERS, ELBOWS, WRISTS = (1, 2), (3, 4), (5, 6)
HIPS, KNEES, ANKLES = (7, 8), (9, 10), (11, 12)
KNUCKLES, TOES = (15, 16), (17, 18)

CLEAR_M: Final = np.array(
    [0.09, *[0.07] * 2, *[0.04] * 2, *[0.03] * 2, *[0.1] * 2, *[0.05] * 2, *[0.068] * 2, 0.08, 0.0, *[0.015] * 4, 0.1]
)
"""(JOINT_COUNT,) How far each joint lies above the floor when the body rests on it there: metres at 1.75 m stature."""

NOSE_TIP: Final = (0.0, -0.036, 0.112)
EYE: Final = (0.032, 0.002, 0.086)
EAR: Final = (0.078, -0.012, -0.004)
"""Places on the head of a person 1.75 m tall: metres to the left, up and forward of the point between the ears."""


@dataclass(frozen=True, slots=True)
class Bones:
    """Lengths in metres between a person's joints."""

    stature: float
    upper_arm: float
    forearm: float
    hand: float
    thigh: float
    shank: float
    foot: float
    """From the ankle forward to the tip of the toes."""
    ankle_height: float
    shoulder_width: float
    hip_width: float
    torso: float
    """From midway between the hips to midway between the shoulders."""
    neck: float
    """From midway between the shoulders to midway between the ears."""

    @classmethod
    def of(cls, stature: float, scale: Floats | None = None, shoulders: float = 0.204, hips: float = 0.104) -> Bones:
        """Give the lengths of a person of this stature.

        Segments are fractions of stature after Drillis and Contini (1966) as in Winter, "Biomechanics and Motor
        Control of Human Movement", fig. 4.1. Widths lie between the joints' centres, not between the outer points
        that the book measures. ``scale`` (11,) varies each length, in the order of the fields after ``stature``.
        """
        fractions = np.array(
            [0.186, 0.146, 0.108, 0.245, 0.246, 0.115, 0.039, shoulders, hips, 0.288, 0.107],
        )
        lengths = stature * fractions * (1.0 if scale is None else scale)
        return cls(stature, *(float(length) for length in lengths))

    @property
    def leg(self) -> float:
        """Length of the straight leg from hip to ankle."""
        return self.thigh + self.shank

    @property
    def arm(self) -> float:
        """Length of the straight arm from shoulder to wrist."""
        return self.upper_arm + self.forearm

    @property
    def scale(self) -> float:
        """Size beside a person of 1.75 m, in whose metres the body's surfaces are written."""
        return self.stature / 1.75


def unit(vectors: Floats) -> Floats:
    """Scale (..., 3) vectors to length one; a vector of no length stays as it is."""
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    length = np.sqrt(x * x + y * y + z * z)
    return np.asarray(vectors / np.maximum(length, 1e-9)[..., None])


def cross(a: Floats, b: Floats) -> Floats:
    """Cross product over the last axis; several times faster than numpy's own on small arrays."""
    a0, a1, a2 = a[..., 0], a[..., 1], a[..., 2]
    b0, b1, b2 = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0], -1)


def head_axes(joints: Floats) -> Floats:
    """Rows: the head's own left, up and forward, unit vectors (3, 3)."""
    forward = unit(joints[NOSE] - joints[HEAD])
    up = unit(joints[HEAD] - joints[NECK])
    left = unit(cross(up, forward))
    drop = np.arctan2(-NOSE_TIP[1], NOSE_TIP[2])  # the nose's tip lies below the line of sight
    level = cross(forward, left)
    up, forward = level * np.cos(drop) - forward * np.sin(drop), forward * np.cos(drop) + level * np.sin(drop)
    return np.stack([left, up, forward])


def on_head(joints: Floats, bones: Bones, places: Floats) -> Floats:
    """Bring (n, 3) places on the head (left, up, forward; metres of a person of 1.75 m) into the world."""
    return np.asarray(joints[HEAD] + bones.scale * np.asarray(places, float) @ head_axes(joints))


def nose_from(head: Floats, axes: Floats, bones: Bones) -> Floats:
    """Place the nose's tip on a head at ``head`` whose left, up and forward are the rows of ``axes``."""
    return np.asarray(head + bones.scale * np.asarray(NOSE_TIP) @ axes)


_FACE = np.array([NOSE_TIP, EYE, (-EYE[0], *EYE[1:]), EAR, (-EAR[0], *EAR[1:])])


def coco_points(joints: Floats, bones: Bones) -> Floats:
    """Give the 17 COCO keypoints in the world: (17, 3) metres."""
    return np.concatenate([on_head(joints, bones, _FACE), joints[1:PENN_COUNT]])


def retarget(recorded: Floats, bones: Bones, *, grounded: bool = True) -> Floats:
    """Give a figure of ``bones`` the posture of a recorded skeleton: its directions, not its lengths.

    ``recorded`` is (13, 3) in Penn Action's order, y up. Recordings differ in where they put their joints, so
    that only the directions of limbs are kept. ``grounded`` puts the lowest joint on the floor.
    """
    joints = np.zeros((JOINT_COUNT, 3))
    hips, shoulders = recorded[list(HIPS)], recorded[list(SHOULDERS)]
    pelvis, chest = hips.mean(0), shoulders.mean(0)
    up = unit(chest - pelvis)
    joints[NECK] = pelvis + up * bones.torso
    joints[SPINE] = pelvis + up * bones.torso / 2
    _spread(joints, SHOULDERS, joints[NECK], unit(shoulders[0] - shoulders[1]) * bones.shoulder_width)
    _spread(joints, HIPS, pelvis, unit(hips[0] - hips[1]) * bones.hip_width)
    chains = (
        ((*SHOULDERS, *ELBOWS), bones.upper_arm),
        ((*ELBOWS, *WRISTS), bones.forearm),
        ((*HIPS, *KNEES), bones.thigh),
        ((*KNEES, *ANKLES), bones.shank),
    )
    for (left, right, left_end, right_end), length in chains:
        for start, end in ((left, left_end), (right, right_end)):
            joints[end] = joints[start] + unit(recorded[end] - recorded[start]) * length
    _retarget_head(joints, recorded, bones)
    _retarget_ends(joints, bones)
    if grounded:
        joints[:, 1] -= (joints[:, 1] - CLEAR_M * bones.scale).min()
    return joints


def _spread(joints: Floats, pair: tuple[int, int], centre: Floats, across: Floats) -> None:
    joints[pair[0]], joints[pair[1]] = centre + across / 2, centre - across / 2


def _retarget_head(joints: Floats, recorded: Floats, bones: Bones) -> None:
    """Set the head: recordings say where it is, and nothing of where it faces: forward, as the chest does."""
    left = unit(joints[SHOULDERS[0]] - joints[SHOULDERS[1]])
    up = unit(joints[NECK] - joints[SPINE])
    lean = recorded[HEAD] - recorded[list(SHOULDERS)].mean(0)
    if np.linalg.norm(lean) > 0.1:
        up = unit(unit(lean) + up)
    joints[HEAD] = joints[NECK] + up * bones.neck
    forward = unit(cross(left, up))
    joints[NOSE] = nose_from(joints[HEAD], np.stack([cross(up, forward), up, forward]), bones)


def _retarget_ends(joints: Floats, bones: Bones) -> None:
    """Hands go on from the forearm, feet stand forward of the shank."""
    up, left = unit(joints[NECK] - joints[SPINE]), unit(joints[HIPS[0]] - joints[HIPS[1]])
    forward = unit(cross(left, up))
    for elbow, wrist, knuckle in zip(ELBOWS, WRISTS, KNUCKLES, strict=True):
        joints[knuckle] = joints[wrist] + unit(joints[wrist] - joints[elbow]) * bones.hand / 2
    for hip, knee, ankle, toe in zip(HIPS, KNEES, ANKLES, TOES, strict=True):
        shank = unit(joints[ankle] - joints[knee])
        bend = cross(left, -unit(joints[ankle] - joints[hip]))
        ahead = unit(forward + bend)
        ahead = unit(ahead - shank * (ahead @ shank)) + 0.25 * shank
        joints[toe] = joints[ankle] + unit(ahead) * bones.foot
