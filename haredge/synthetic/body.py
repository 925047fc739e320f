"""The body's surface: a figure and its joints to patches in the world.

Tables are metres of a person 1.75 m tall; they are scaled to the figure's own bones.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from haredge.synthetic import head
from haredge.synthetic.appearance import Figure
from haredge.synthetic.skeleton import (
    ANKLES,
    ELBOWS,
    HIPS,
    KNEES,
    KNUCKLES,
    NECK,
    SHOULDERS,
    SPINE,
    TOES,
    WRISTS,
    Floats,
    cross,
    unit,
)
from haredge.synthetic.surface import Patches, bend, frames, grid, tube

# fmt: off
_TORSO: Final = np.array([  # share of the way from hips to shoulders, half width, half depth, forward
    [-0.20, 0.020, 0.030, 0.000], [-0.16, 0.085, 0.075, -0.005], [-0.08, 0.150, 0.110, -0.012],
    [0.02, 0.170, 0.118, -0.012], [0.14, 0.164, 0.112, -0.005], [0.30, 0.143, 0.103, 0.004],
    [0.42, 0.138, 0.101, 0.006], [0.56, 0.148, 0.110, 0.006], [0.72, 0.162, 0.119, 0.006],
    [0.84, 0.168, 0.115, 0.000], [0.94, 0.170, 0.100, -0.008], [1.00, 0.168, 0.082, -0.012],
    [1.045, 0.158, 0.066, -0.014], [1.08, 0.128, 0.056, -0.014], [1.11, 0.092, 0.053, -0.012],
    [1.14, 0.066, 0.052, -0.008], [1.17, 0.050, 0.050, -0.005],
])
_ARM: Final = np.array([  # along (0 shoulder, 1 elbow, 2 wrist), radius
    [-0.175, 0.004], [-0.155, 0.027], [-0.115, 0.042], [-0.06, 0.053], [0.0, 0.058], [0.16, 0.056], [0.45, 0.047],
    [0.85, 0.040], [1.0, 0.039], [1.22, 0.043], [1.45, 0.038], [1.8, 0.028], [2.02, 0.025],
])
_LEG: Final = np.array([  # along (0 hip, 1 knee, 2 ankle), radius, back (the calf lies behind the bone)
    [-0.10, 0.070, 0.0], [0.02, 0.090, 0.0], [0.2, 0.088, 0.0], [0.6, 0.069, 0.0], [0.9, 0.055, 0.0],
    [1.0, 0.054, -0.003], [1.12, 0.051, 0.006], [1.32, 0.056, 0.014], [1.55, 0.047, 0.009], [1.85, 0.035, 0.0],
    [2.05, 0.037, 0.0],
])
_FOOT: Final = np.array([  # share of the way from heel to toes, half width, height above the sole
    [0.0, 0.012, 0.030], [0.03, 0.028, 0.055], [0.15, 0.036, 0.082], [0.32, 0.038, 0.085], [0.5, 0.041, 0.062],
    [0.72, 0.047, 0.046], [0.88, 0.043, 0.036], [0.97, 0.030, 0.026], [1.0, 0.012, 0.016],
])
_HAND: Final = np.array([  # share of the hand's length, half width, half thickness
    [-0.06, 0.025, 0.020], [0.15, 0.034, 0.019], [0.45, 0.043, 0.018], [0.7, 0.040, 0.015], [0.92, 0.030, 0.011],
    [1.0, 0.010, 0.005],
])
# fmt: on


def body_patches(figure: Figure, joints: Floats) -> Patches:
    """Give the whole surface of a figure whose joints are (JOINT_COUNT, 3) metres in the world."""
    parts = [_torso(figure, joints), *head.head_patches(figure, joints)]
    for side in (0, 1):
        parts += [_arm(figure, joints, side), *_hand(figure, joints, side), _leg(figure, joints, side)]
        parts += [_foot(figure, joints, side)]
    if figure.legwear == "skirt":
        parts.append(_skirt(figure, joints))
    return _darkened_between(Patches.joined(parts), joints)


def _darkened_between(patches: Patches, joints: Floats) -> Patches:
    """Darken what faces the body's own axis, and is near it: little light comes between arm and trunk or the legs."""
    top, bottom = joints[NECK], joints[list(ANKLES)].mean(0)
    axis = bottom - top
    along = ((patches.middles - top) @ axis / float(axis @ axis)).clip(0, 1)
    inward = top + along[:, None] * axis - patches.middles
    far = np.sqrt((inward * inward).sum(1))
    facing = np.clip((patches.normals * inward).sum(1) / np.maximum(far, 1e-6), 0, 1)
    return replace(patches, colours=patches.colours * (1 - 0.4 * facing * np.exp(-far / 0.3))[:, None])


def _table(table: Floats, at: Floats) -> list[Floats]:
    return [np.interp(at, table[:, 0], table[:, column]) for column in range(1, table.shape[1])]


def _creased(figure: Figure, colours: Floats, row: int = 0) -> Floats:
    """Lighten and darken (rows, columns, 3) colours as creases do."""
    rows, columns = colours.shape[:2]
    crease = figure.creases[np.arange(row, row + rows)[:, None] % 32, np.arange(columns)[None] % 32]
    return np.asarray(colours * crease[..., None])


def _torso(figure: Figure, joints: Floats) -> Patches:
    scale, around = figure.bones.scale, 30
    share = np.concatenate([np.linspace(-0.20, 0.94, 20), [1.0, 1.03, 1.06, 1.08, 1.1, 1.125, 1.17]])
    width, depth, forward = _table(_TORSO, share)
    width, depth, forward = _build(figure, share, width, depth, forward)
    places, tangents = _spine(joints, share)
    left = unit(joints[HIPS[0]] - joints[HIPS[1]])[None] * (1 - share[:, None].clip(0, 1))
    left = unit(left + unit(joints[SHOULDERS[0]] - joints[SHOULDERS[1]])[None] * share[:, None].clip(0.02, 1))
    front = unit(cross(left, tangents))
    left = cross(tangents, front)
    covered = np.where((share > _hem(figure)) & (share < 1.07), figure.top_loose_m, 0)
    covered = np.where(share <= _hem(figure), figure.bottom_loose_m * 0.5, covered) * (share < 1.07)
    hang = np.interp(share, [-0.2, 0.1, 0.5, 0.9], [1, 1, 0.7, 0.3]) * covered
    points = tube(
        places + front * forward[:, None] * scale,
        left,
        front,
        (width + hang) * scale,
        (depth + hang) * scale,
        around=around,
        square=0.35,
    )
    return grid(points, _torso_colours(figure, share, around))


def _hem(figure: Figure) -> float:
    """Give the hem's height: a skirt is worn over the top."""
    return max(figure.top_hem, 0.24) if figure.legwear == "skirt" else figure.top_hem


def _build(
    figure: Figure, share: Floats, width: Floats, depth: Floats, forward: Floats
) -> tuple[Floats, Floats, Floats]:
    """Make the ordinary torso this figure's: girth, waist and hips, chest and belly."""
    curve = figure.curve - 0.3
    waist, hips = np.exp(-(((share - 0.4) / 0.16) ** 2)), np.exp(-(((share - 0.02) / 0.14) ** 2))
    chest, belly = np.exp(-(((share - 0.68) / 0.1) ** 2)), np.exp(-(((share - 0.28) / 0.2) ** 2))
    thick = 1 + (figure.girth - 1) * np.interp(share, [-0.2, 0.3, 0.9, 1.1], [0.8, 1.2, 0.7, 0.3])
    width = width * thick * (1 - 0.10 * curve * waist + 0.07 * curve * hips)
    swell = 0.028 * max(curve, 0) * chest + 0.10 * max(figure.girth - 1.05, 0) * belly
    broad = figure.bones.shoulder_width / (0.357 * figure.bones.scale)
    width = width * np.interp(share, [0.5, 0.9, 1.06, 1.12], [1, broad, broad, 1])
    return width, depth * thick + swell / 2, forward + swell / 2


def _spine(joints: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Follow the quadratic curve through hips, waist and neck, straight on beyond its ends."""
    pelvis, middle, neck = joints[list(HIPS)].mean(0), joints[SPINE], joints[NECK]
    control = 2 * middle - (pelvis + neck) / 2
    s = share.clip(0, 1)[:, None]
    tangents = unit(2 * (1 - s) * (control - pelvis) + 2 * s * (neck - control))
    over = (share - share.clip(0, 1))[:, None] * np.linalg.norm(neck - pelvis)
    places: Floats = (1 - s) ** 2 * pelvis + 2 * s * (1 - s) * control + s**2 * neck + over * tangents
    return places, tangents


def _torso_colours(figure: Figure, share: Floats, around: int) -> Floats:
    middle = (share[1:] + share[:-1]) / 2
    angle = (np.arange(around) + 0.5) / around * 2 * np.pi
    ahead, rows = np.cos(angle)[None], middle[:, None]
    cloth = _pattern(figure, rows, angle[None])
    low_neck = 1.10 - 0.16 * np.clip(ahead, 0, 1) ** 6 * (0.3 + figure.curve)
    colours = np.where((rows < low_neck)[..., None], cloth, np.asarray(figure.skin))
    colours = np.where((rows < _hem(figure))[..., None], np.asarray(figure.bottom), colours)
    return _creased(figure, colours)


def _pattern(figure: Figure, share: Floats, angle: Floats) -> Floats:
    """Colour the cloth of the top by its design: (rows, around, 3)."""
    share, angle = np.broadcast_arrays(share, angle)
    accent = {
        "plain": np.zeros(share.shape, bool),
        "stripes": (share * 9).astype(int) % 2 == 1,
        "pinstripes": (angle * 30 / (2 * np.pi)).astype(int) % 3 == 0,
        "check": ((share * 17).astype(int) + (angle * 15 / (2 * np.pi)).astype(int)) % 2 == 0,
        "panel": share > 0.72,
        "open": np.cos(angle) > 0.93,
        "print": (np.cos(angle) > 0.75) & (share > 0.5) & (share < 0.8),
    }[figure.top_pattern]
    return np.where(accent[..., None], np.asarray(figure.top_accent), np.asarray(figure.top))


def _arm(figure: Figure, joints: Floats, side: int) -> Patches:
    chain = joints[[SHOULDERS[side], ELBOWS[side], WRISTS[side]]]
    at = np.concatenate([[-0.175, -0.155, -0.115, -0.06, 0.0, 0.1], np.linspace(0.2, 2.02, 16)])
    places, tangents = _along(chain, at)
    (radius,) = _table(_ARM, at)
    girth = 1 + (figure.girth - 1) * 0.7 - 0.1 * figure.curve
    end = figure.sleeve * 2
    sleeved = (at <= end + 0.06) * figure.top_loose_m * np.interp(at, [-0.175, 0, 1], [0, 0.45, 1])
    left, front = frames(tangents, _steady(joints, tangents))
    size = (radius * girth + sleeved) * figure.bones.scale
    points = tube(places, left, front, size, size, around=12)
    middle = (at[1:] + at[:-1]) / 2
    stripes = _pattern(figure, 0.9 - middle[:, None] * 0.45, np.full((1, 12), 2.0))
    colours = np.where((middle < end)[:, None, None], _creased(figure, stripes, 7 * side), np.asarray(figure.skin))
    return grid(points, colours)


def _along(chain: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Follow a limb, straight on beyond its ends."""
    before, after = np.minimum(at, 0)[:, None], np.maximum(at - 2, 0)[:, None]
    places, tangents = bend(chain, at.clip(0, 2))
    places = places + before * (chain[1] - chain[0]) + after * (chain[2] - chain[1])
    return places, tangents


def _steady(joints: Floats, tangents: Floats) -> Floats:
    """Choose the chest's axis to which a limb is nowhere near parallel, so that its surface does not twist."""
    up, left = unit(joints[NECK] - joints[SPINE]), unit(joints[SHOULDERS[0]] - joints[SHOULDERS[1]])
    axes = np.stack([left, up, cross(left, up)])
    return np.asarray(axes[int(np.argmin(np.abs(axes @ tangents.T).max(1)))])


def _hand(figure: Figure, joints: Floats, side: int) -> list[Patches]:
    wrist, knuckle = joints[WRISTS[side]], joints[KNUCKLES[side]]
    scale, along = figure.bones.scale, unit(knuckle - wrist)
    length = figure.bones.hand
    chest = unit(joints[SHOULDERS[0]] - joints[SHOULDERS[1]])
    ahead = cross(chest, unit(joints[NECK] - joints[SPINE]))
    wide = ahead - along * float(ahead @ along)
    wide = unit(wide) if float(wide @ wide) > 0.05 else unit(chest - along * float(chest @ along))
    if wrist[1] < 0.16:  # lies on the floor
        wide = unit(cross(along, np.array([0.0, 1.0, 0.0])))
    share = np.linspace(-0.06, 1.0, 7)
    width, thick = _table(_HAND, share)
    palm = np.broadcast_to(cross(wide, along), (7, 3))
    places = wrist + along * (share * length)[:, None]
    points = tube(places, np.broadcast_to(wide, (7, 3)), palm, width * scale, thick * scale, around=10)
    root, tip = wrist + along * 0.25 * length, wrist + along * 0.62 * length + wide * 0.052 * scale
    thumb_at = np.linspace(0, 1, 4)
    across, front = frames(np.broadcast_to(unit(tip - root), (4, 3)), palm[0])
    size = np.array([0.014, 0.014, 0.012, 0.004]) * scale
    thumb = tube(root + (tip - root) * thumb_at[:, None], across, front, size, size, around=6)
    skin = np.asarray(figure.skin)
    lines = np.where((np.arange(10) % 2 == 0)[None, :, None] & (np.arange(6) > 3)[:, None, None], skin * 0.88, skin)
    return [grid(points, lines), grid(thumb, skin)]


def _leg(figure: Figure, joints: Floats, side: int) -> Patches:
    chain = joints[[HIPS[side], KNEES[side], ANKLES[side]]]
    at = np.concatenate([np.linspace(-0.1, 0.1, 3), np.linspace(0.2, 2.05, 18)])
    places, tangents = _along(chain, at)
    radius, back = _table(_LEG, at)
    scale = figure.bones.scale
    left, front = frames(tangents, unit(joints[HIPS[1]] - joints[HIPS[0]]))
    size = radius * (1 + (figure.girth - 1) * 0.8 + 0.06 * figure.curve * (at < 0.6))
    end = 2 * (figure.bottom_length if figure.legwear != "skirt" else 0.0)
    loose = figure.bottom_loose_m * np.interp(at, [0, 0.3, 2], [0.2, 0.6, 1]) * (at <= end + 0.04)
    sitting = float(np.clip(-(tangents[4] @ unit(joints[SPINE] - joints[list(HIPS)].mean(0))), 0, 1))
    size = size * np.where(at < 0.25, 0.9 + 0.1 * sitting, 1)
    points = tube(
        places - front * (back * scale)[:, None], left, front, (size + loose) * scale, (size + loose) * scale, around=14
    )
    middle = (at[1:] + at[:-1]) / 2
    cloth = _creased(figure, np.broadcast_to(np.asarray(figure.bottom), (len(middle), 14, 3)), 11 * side)
    sock = np.where((middle > 1.86)[:, None, None], np.asarray(figure.sole), np.asarray(figure.skin))
    return grid(points, np.where((middle < end)[:, None, None], cloth, sock))


def _foot(figure: Figure, joints: Floats, side: int) -> Patches:
    ankle, toe, knee = joints[ANKLES[side]], joints[TOES[side]], joints[KNEES[side]]
    scale, height = figure.bones.scale, figure.bones.ankle_height
    forward = unit(toe - ankle)
    across = unit(cross(knee - ankle, forward))
    up = cross(forward, across)
    slope = 0.24  # the line from ankle to toes falls; the sole does not
    level, up = forward * np.cos(slope) + up * np.sin(slope), up * np.cos(slope) - forward * np.sin(slope)
    share = np.linspace(0, 1, 11)
    width, tall = _table(_FOOT, share)
    sole = ankle - up * height - level * 0.055 * scale
    places = sole + level * (share * (figure.bones.foot + 0.065 * scale))[:, None] + up * (tall * scale / 2)[:, None]
    rows = (11, 3)
    points = tube(
        places,
        np.broadcast_to(across, rows),
        np.broadcast_to(up, rows),
        width * scale,
        tall * scale / 2,
        around=12,
        square=0.5,
    )
    under = np.cos((np.arange(12) + 0.5) / 12 * 2 * np.pi) < -0.45
    return grid(points, np.where(under[None, :, None], np.asarray(figure.sole), np.asarray(figure.shoe)))


def _skirt(figure: Figure, joints: Floats) -> Patches:
    scale, rings = figure.bones.scale, 10
    pelvis, waist = joints[list(HIPS)].mean(0), joints[SPINE]
    knees, ankles = joints[list(KNEES)], joints[list(ANKLES)]
    reach = figure.bottom_length * 2
    chain = np.stack([pelvis + (waist - pelvis) * 0.45, pelvis, knees.mean(0), ankles.mean(0)])
    at = np.linspace(0, 1 + reach, rings)
    places = np.stack([np.interp(at, np.arange(4), chain[:, axis]) for axis in range(3)], 1)
    tangents = unit(np.gradient(places, axis=0))
    across, front = frames(tangents, unit(joints[HIPS[1]] - joints[HIPS[0]]))
    apart = np.abs((knees[0] - knees[1]) @ across[0]) / 2, np.abs((knees[0] - knees[1]) @ front[-1]) / 2
    flare = np.interp(at, [0, 1, 2, 3], [0.0, 0.02, 0.02, 0.03]) + figure.bottom_loose_m * at / 2
    down = (at - 0.8).clip(0, 1)
    width = np.interp(at, [0, 0.8, 3], [0.15, 0.175, 0.175]) * figure.girth + flare
    width = np.maximum(width * scale, (apart[0] + 0.075 * scale) * down)
    depth = np.interp(at, [0, 0.8, 3], [0.112, 0.128, 0.13]) * figure.girth + flare
    depth = np.maximum(depth * scale, (apart[1] + 0.075 * scale) * down)
    points = tube(places, across, front, width, depth, around=20)
    folds = 1 - 0.07 * (np.arange(20) % 2)[None, :, None]
    colours = np.broadcast_to(np.asarray(figure.bottom), (rings - 1, 20, 3)) * folds
    return grid(points, _creased(figure, colours, 5), closed=False)
