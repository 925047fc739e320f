"""From a posture, written as a person would describe it, to joints with bones of fixed length.

A posture is one flat array so that postures can be blended; :func:`posture` writes one by name. Distances are in
lengths of the straight leg, so that a posture fits people of any size; angles are in degrees. Places are relative to
a spot on the floor and a heading: (left, up, forward).

==========  ======  ==================================================================================================
field       shape   meaning
==========  ======  ==================================================================================================
pelvis      (3,)    place of the point midway between the hips
tilt        (3,)    the pelvis leans forward, leans left, is turned left
spine       (3,)    the same of the chest beside the pelvis
head        (3,)    the same of the head beside the chest
arms        (2, 4)  left, right: raised (0 hanging, 180 overhead), its plane (0 sideways, 90 forward), turned outward
                    about itself, elbow bent
reach       (2, 4)  left, right: weight in [0, 1] with which the wrist is drawn to a place, and that place
feet        (2, 5)  left, right: place of the ankle, knee and toes turned outward, toes pointed down
==========  ======  ==================================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from haredge.synthetic.skeleton import (
    ANKLES,
    ELBOWS,
    HEAD,
    HIPS,
    JOINT_COUNT,
    KNEES,
    KNUCKLES,
    NECK,
    NOSE,
    SHOULDERS,
    SPINE,
    TOES,
    WRISTS,
    Bones,
    Floats,
    nose_from,
    unit,
)

_SHAPES: Final = {
    "pelvis": (3,),
    "tilt": (3,),
    "spine": (3,),
    "head": (3,),
    "arms": (2, 4),
    "reach": (2, 4),
    "feet": (2, 5),
}


def _slices() -> dict[str, slice]:
    ends = np.cumsum([int(np.prod(shape)) for shape in _SHAPES.values()])
    return {
        name: slice(int(end) - int(np.prod(shape)), int(end))
        for (name, shape), end in zip(_SHAPES.items(), ends, strict=True)
    }


SLICES: Final = _slices()
"""Where each field lies in a posture."""
SIZE: Final = max(part.stop for part in SLICES.values())
"""Length of a posture."""

FLAT_DEG: Final = 14.0
"""Slope from the ankle down to the toes of a foot that stands flat."""
TOE_CLEAR_M: Final = 0.015
HAND_CLEAR_M: Final = 0.035
"""Heights at which toes and wrists rest on the floor."""
ANKLE_UP: Final = 0.08
"""An ankle's height above the floor when its foot stands flat, in leg lengths."""


def posture(base: Floats | None = None, **fields: ArrayLike) -> Floats:
    """Write a posture by name: ``base`` (zeros where not given) with some fields replaced.

    A field of two rows (left, right) may be given as one row, which both sides then take, mirrored.
    """
    result = np.zeros(SIZE) if base is None else base.copy()
    for name, value in fields.items():
        given = np.asarray(value, float)
        if len(_SHAPES[name]) == 2 and given.ndim == 1:
            given = np.stack([given, given * _MIRRORED.get(name, 1.0)])
        result[SLICES[name]] = given.ravel()
    return result


_MIRRORED: Final = {"reach": np.array([1.0, -1, 1, 1]), "feet": np.array([-1.0, 1, 1, 1, 1])}


def field(values: Floats, name: str) -> Floats:
    """Give a view of a field of (..., SIZE) postures, in its own shape."""
    return values[..., SLICES[name]].reshape(*values.shape[:-1], *_SHAPES[name])


def mirror(values: Floats) -> Floats:
    """Swap left and right of (..., SIZE) postures."""
    result = values.copy()
    for name in ("pelvis", "tilt", "spine", "head"):
        field(result, name)[...] = field(values, name) * ((-1, 1, 1) if name == "pelvis" else (1, -1, -1))
    for name in ("arms", "reach", "feet"):
        field(result, name)[...] = field(values, name)[..., ::-1, :] * _MIRRORED.get(name, 1.0)
    return result


@dataclass(frozen=True, slots=True)
class Spot:
    """A spot on the floor and a heading (0 faces +z, the person's left is +x)."""

    x: float = 0.0
    z: float = 0.0
    heading_deg: float = 0.0


def place(values: Floats, spot: Spot, leg_m: float) -> Floats:
    """Bring a posture from a spot into the world: distances still in legs, turned and moved by the spot."""
    result = values.copy()
    turn = turned(spot.heading_deg, 1)
    origin = np.array([spot.x, 0.0, spot.z]) / leg_m
    for points in (field(result, "pelvis"), field(result, "reach")[:, 1:], field(result, "feet")[:, :3]):
        points[...] = points @ turn.T + origin
    field(result, "tilt")[2] += spot.heading_deg
    return result


def turned(angle_deg: float, axis: int) -> Floats:
    """Rotation matrix about x, y or z (0, 1, 2), right-handed."""
    c, s = cos(radians(angle_deg)), sin(radians(angle_deg))
    if axis == 0:
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    if axis == 1:
        return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def leaning(angles: Floats) -> Floats:
    """Rotation that leans forward, leans left and turns left by three angles."""
    return turned(float(angles[2]), 1) @ turned(float(angles[0]), 0) @ turned(-float(angles[1]), 2)


def joints_of(values: Floats, bones: Bones) -> Floats:
    """Give the (JOINT_COUNT, 3) joints in metres of a posture in the world."""
    joints = np.zeros((JOINT_COUNT, 3))
    pelvis_axes = leaning(field(values, "tilt"))
    bend = field(values, "spine")
    waist_axes, chest_axes = pelvis_axes @ leaning(bend / 2), pelvis_axes @ leaning(bend)
    pelvis = field(values, "pelvis") * bones.leg
    joints[SPINE] = pelvis + waist_axes[:, 1] * bones.torso / 2
    joints[NECK] = joints[SPINE] + chest_axes[:, 1] * bones.torso / 2
    _set_head(joints, chest_axes, field(values, "head"), bones)
    for side, sign in enumerate((1.0, -1.0)):
        joints[HIPS[side]] = pelvis + pelvis_axes[:, 0] * sign * bones.hip_width / 2
        joints[SHOULDERS[side]] = joints[NECK] + chest_axes[:, 0] * sign * bones.shoulder_width / 2
        _set_arm(joints, side, chest_axes, values, bones)
        _set_leg(joints, side, pelvis_axes, values, bones)
    return joints


def _set_head(joints: Floats, chest: Floats, angles: Floats, bones: Bones) -> None:
    axes = chest @ leaning(angles)
    joints[HEAD] = joints[NECK] + (chest @ leaning(angles / 2))[:, 1] * bones.neck
    joints[NOSE] = nose_from(joints[HEAD], axes.T, bones)


def _set_arm(joints: Floats, side: int, chest: Floats, values: Floats, bones: Bones) -> None:
    shoulder, elbow, wrist, knuckle = SHOULDERS[side], ELBOWS[side], WRISTS[side], KNUCKLES[side]
    upper, fore = _arm_directions(field(values, "arms")[side], -1.0 if side else 1.0)
    joints[elbow] = joints[shoulder] + chest @ upper * bones.upper_arm
    joints[wrist] = joints[elbow] + chest @ fore * bones.forearm
    weight, *target = field(values, "reach")[side]
    goal = joints[wrist] + (np.asarray(target) * bones.leg - joints[wrist]) * weight
    goal[1] = max(goal[1], HAND_CLEAR_M)
    if weight > 0 or goal[1] > joints[wrist][1]:
        free = unit(joints[elbow] - (joints[shoulder] + joints[wrist]) / 2)
        pole = free * (1 - weight) + chest @ np.array([-0.7 if side else 0.7, -0.5, -0.6]) * weight
        pole[1] += 0.5 * np.clip((0.2 - goal[1]) / 0.1, 0, 1) * (1 - weight)  # an elbow near the floor lies on it
        joints[elbow], joints[wrist] = _two_bones(joints[shoulder], goal, pole, bones.upper_arm, bones.forearm)
    along = unit(joints[wrist] - joints[elbow])
    flat = np.clip((0.16 - joints[wrist][1]) / 0.08, 0, 1)  # a hand near the floor lies on it
    along = unit(along * (1 - flat) + unit(along * (1, 0, 1) + chest[:, 1] * (0.5, 0, 0.5)) * flat)
    joints[knuckle] = joints[wrist] + along * bones.hand / 2


def _arm_directions(angles: Floats, sign: float) -> tuple[Floats, Floats]:
    """Directions of upper arm and forearm in the chest's axes (left, up, forward)."""
    raised, plane, outward, bent = (float(angle) for angle in angles)
    turn = turned(-plane, 1) @ turned(raised, 2) @ turned(plane, 1) @ turned(outward, 1)
    mirrored = np.array([sign, 1.0, 1.0])
    fore = np.array([0.0, -cos(radians(bent)), sin(radians(bent))])
    return mirrored * (turn @ np.array([0.0, -1.0, 0.0])), mirrored * (turn @ fore)


def _set_leg(joints: Floats, side: int, pelvis: Floats, values: Floats, bones: Bones) -> None:
    foot, yaw_deg = field(values, "feet")[side], float(field(values, "tilt")[2])
    *target, outward, down = (float(value) for value in foot)
    sign = -1.0 if side else 1.0
    splay = turned(sign * outward, 1)
    pole = pelvis @ splay[:, 2] + 0.7 * (turned(yaw_deg, 1) @ splay[:, 2])  # knees bend to the body's front
    hip, knee, ankle = HIPS[side], KNEES[side], ANKLES[side]
    slope = radians(down + FLAT_DEG)
    goal = np.asarray(target) * bones.leg
    goal[1] = max(goal[1], bones.foot * sin(slope) + TOE_CLEAR_M)  # toes do not go through the floor
    joints[knee], joints[ankle] = _two_bones(joints[hip], goal, pole, bones.thigh, bones.shank)
    toes = turned(yaw_deg, 1) @ splay @ np.array([0.0, -sin(slope), cos(slope)])
    joints[TOES[side]] = joints[ankle] + toes * bones.foot


def _two_bones(start: Floats, goal: Floats, pole: Floats, first: float, second: float) -> tuple[Floats, Floats]:
    """Place the middle and the end of two bones so that the end comes to ``goal``, or as near as they reach.

    The middle lies towards ``pole``.
    """
    reach = goal - start
    distance = float(np.clip(np.linalg.norm(reach), abs(first - second) + 1e-4, (first + second) * 0.9999))
    along = unit(reach)
    aside = unit(pole - along * float(pole @ along))
    ahead = (first**2 - second**2 + distance**2) / (2 * distance)
    middle = start + along * ahead + aside * np.sqrt(max(first**2 - ahead**2, 0.0))
    return middle, start + along * distance
