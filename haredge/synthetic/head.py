"""The head's surface: skull, face, ears, hair."""

from __future__ import annotations

from typing import Final

import numpy as np

from haredge.synthetic.appearance import Figure
from haredge.synthetic.skeleton import EAR, EYE, HEAD, NECK, SPINE, Floats, cross, head_axes, unit
from haredge.synthetic.surface import Patches, ball, frames, grid, patches_of, tube

# fmt: off
_SKULL: Final = np.array([  # up from between the ears, half width, half depth, forward
    [-0.120, 0.012, 0.014, 0.050], [-0.113, 0.034, 0.040, 0.042], [-0.095, 0.048, 0.062, 0.026],
    [-0.070, 0.058, 0.078, 0.012], [-0.030, 0.069, 0.088, 0.004], [0.010, 0.074, 0.094, -0.003],
    [0.045, 0.075, 0.096, -0.006], [0.080, 0.066, 0.086, -0.008], [0.102, 0.046, 0.062, -0.008],
    [0.116, 0.022, 0.030, -0.008], [0.119, 0.003, 0.004, -0.008],
])
# fmt: on
_AROUND: Final = 24
_UP: Final = np.concatenate([np.linspace(-0.12, -0.1, 3), np.linspace(-0.08, 0.08, 10), np.linspace(0.092, 0.119, 5)])
_LENGTH: Final = {
    "bald": 0.0,
    "short": 0.010,
    "bushy": 0.030,
    "long": 0.016,
    "bun": 0.009,
    "tail": 0.009,
    "cap": 0.014,
    "hood": 0.03,
}


def head_patches(figure: Figure, joints: Floats) -> list[Patches]:
    """Give neck, skull, face and hair."""
    axes = head_axes(joints) * figure.bones.scale
    centre = joints[HEAD]
    parts = [_neck(figure, joints), _skull(figure, centre, axes), _face(figure, centre, axes)]
    if figure.hair_style != "hood":
        parts += [
            ball(centre + place @ axes, axes * np.array([[0.013], [0.031], [0.019]]), np.asarray(figure.skin) * 0.96)
            for place in (np.array(EAR), np.array([-EAR[0], *EAR[1:]]))
        ]
    return parts + _loose_hair(figure, joints, centre, axes)


def _neck(figure: Figure, joints: Floats) -> Patches:
    base = joints[NECK] + (joints[SPINE] - joints[NECK]) * 0.08
    places = base + (joints[HEAD] - base) * np.linspace(0, 0.85, 5)[:, None]
    tangents = np.broadcast_to(unit(joints[HEAD] - base), (5, 3))
    across, front = frames(tangents, unit(joints[1] - joints[2]))
    size = (
        np.array([0.066, 0.056, 0.053, 0.053, 0.053])
        * figure.bones.scale
        * (figure.girth * 0.5 + 0.5)
        * (1.06 - 0.14 * figure.curve)
    )
    return grid(tube(places, across, front, size, size, around=12), np.asarray(figure.skin) * 0.95)


def _skull(figure: Figure, centre: Floats, axes: Floats) -> Patches:
    width, depth, forward = (np.interp(_UP, _SKULL[:, 0], _SKULL[:, column]) for column in (1, 2, 3))
    angle = np.linspace(0, 2 * np.pi, _AROUND + 1)
    round_off = np.clip(width / 0.06, 0, 1)[:, None]
    thick = _hairy(figure, _UP[:, None], angle[None]) * _LENGTH[figure.hair_style] * round_off
    left = np.sin(angle) * (width[:, None] + thick)
    ahead = np.cos(angle) * (depth[:, None] + thick) + forward[:, None]
    up = _UP[:, None] + _LENGTH[figure.hair_style] * np.clip((_UP[:, None] - 0.03) / 0.08, 0, 1)
    points = centre + np.stack(np.broadcast_arrays(left, up, ahead), -1) @ axes
    return grid(points, _skull_colours(figure))


def _hairy(figure: Figure, up: Floats, angle: Floats) -> Floats:
    """Give 1 where hair grows: by height on the head and angle from the nose."""
    away = np.abs((angle + np.pi) % (2 * np.pi) - np.pi)
    line = np.interp(
        away, np.radians([0, 40, 62, 75, 100, 125, 180]), [0.068, 0.066, 0.045, 0.0, 0.012, -0.055, -0.075]
    )
    if figure.hair_style == "bald":
        return np.zeros(np.broadcast(up, angle).shape)
    if figure.hair_style == "cap":
        line = np.interp(away, np.radians([0, 180]), [0.045, 0.02])
    if figure.hair_style == "hood":
        line = np.interp(away, np.radians([0, 45, 60, 180]), [0.075, 0.05, -0.12, -0.12])
    return np.asarray(up > line, float)


def _skull_colours(figure: Figure) -> Floats:
    up = (_UP[1:] + _UP[:-1])[:, None] / 2
    angle = ((np.arange(_AROUND) + 0.5) / _AROUND * 2 * np.pi)[None]
    skin, ahead = np.asarray(figure.skin), np.cos(angle)
    cheeks = np.exp(-(((up + 0.045) / 0.02) ** 2)) * np.clip(ahead, 0, 1)
    colours = skin * np.stack([1 - 0.10 * cheeks, 1 - 0.08 * cheeks, 1 + 0.02 * cheeks], -1)
    sockets = (
        np.exp(-(((up - 0.006) / 0.014) ** 2)) * np.exp(-(((np.abs(np.sin(angle)) - 0.42) / 0.22) ** 2)) * (ahead > 0)
    )
    colours = colours * (1 - 0.16 * sockets)[..., None]
    if figure.beard:
        grown = (up < -0.055) & (ahead > -0.25) & ~((up > -0.08) & (np.abs(np.sin(angle)) < 0.25))
        colours = np.where(grown[..., None], np.asarray(figure.hair) * 0.9, colours)
    cover = np.asarray({"cap": figure.top_accent, "hood": figure.top}.get(figure.hair_style, figure.hair))
    strands = figure.creases[: len(up), :_AROUND, None] ** 2
    return np.where(_hairy(figure, up, angle)[..., None] > 0, cover * strands, colours)


def _diamond(place: tuple[float, float, float], wide: float, tall: float) -> Floats:
    """Four corners round a place on the face, clockwise as seen from ahead."""
    x, y, z = place
    return np.array([[x, y + tall, z], [x - wide, y, z], [x, y - tall, z], [x + wide, y, z]])


def _slab(place: tuple[float, float, float], wide: float, tall: float, slope: float = 0.0) -> Floats:
    x, y, z = place
    sides = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    return np.stack([x + sides[:, 0] * wide, y + sides[:, 1] * tall + sides[:, 0] * slope, np.full(4, z)], 1)


_NOSE: Final = np.array(  # two sides and the underside
    [
        [[0.003, 0.002, 0.091], [0.0, -0.034, 0.114], [0.017, -0.040, 0.090], [0.010, -0.010, 0.089]],
        [[-0.003, 0.002, 0.091], [-0.010, -0.010, 0.089], [-0.017, -0.040, 0.090], [0.0, -0.034, 0.114]],
        [[0.017, -0.040, 0.090], [0.0, -0.034, 0.114], [-0.017, -0.040, 0.090], [0.0, -0.047, 0.090]],
    ]
)


def _face(figure: Figure, centre: Floats, axes: Floats) -> Patches:
    """Give eyes, brows, nose and mouth: small patches that lie on the skull."""
    skin, hair = np.asarray(figure.skin), np.asarray(figure.hair)
    lips = skin * np.array([0.62, 0.58, 0.86])
    shapes, colours = [*_NOSE], [skin * 1.04, skin * 0.98, skin * 0.62]
    for sign in (1, -1):
        x, y, z = sign * EYE[0], EYE[1], EYE[2]
        shapes += [_slab((x, y + 0.022, z), 0.016, 0.0035, 0.002 * sign), _diamond((x, y, z), 0.017, 0.0085)]
        shapes += [_slab((x, y, z + 0.002), 0.006, 0.0065), _slab((x, y + 0.0075, z + 0.001), 0.015, 0.0022)]
        colours += [hair * 0.5 + skin * 0.2, np.full(3, 225.0), np.array([30.0, 38.0, 48.0]), skin * 0.35]
        if figure.glasses:
            frame = (_slab((x, y + 0.016, z + 0.012), 0.024, 0.0025), _slab((x, y - 0.018, z + 0.012), 0.022, 0.0022))
            shapes += [
                *frame,
                _slab((x + 0.023, y, z + 0.012), 0.0022, 0.017),
                _slab((x - 0.023, y, z + 0.012), 0.0022, 0.017),
            ]
            colours += [np.full(3, 35.0)] * 4
    shapes += [_diamond((0, -0.068, 0.091), 0.025, 0.0075), _slab((0, -0.068, 0.092), 0.020, 0.0013)]
    colours += [lips, lips * 0.55]
    return patches_of(centre + np.stack(shapes) @ axes, np.stack(colours), lift=0.02)


def _loose_hair(figure: Figure, joints: Floats, centre: Floats, axes: Floats) -> list[Patches]:
    """Give what hangs from the head or stands off it."""
    cover = np.asarray(figure.hair)
    if figure.hair_style == "bun":
        return [ball(centre + np.array([0, 0.085, -0.085]) @ axes, axes * 0.042, cover)]
    if figure.hair_style == "cap":
        brim = np.array([[0.06, 0.047, 0.075], [0.03, 0.04, 0.15], [-0.03, 0.04, 0.15], [-0.06, 0.047, 0.075]])
        return [patches_of(centre + brim[None] @ axes, np.asarray(figure.top_accent) * 0.85, closed=False, lift=0.01)]
    if figure.hair_style not in ("long", "tail"):
        return []
    wide, thick, fall = (0.088, 0.05, 0.27) if figure.hair_style == "long" else (0.03, 0.028, 0.3)
    back = unit(joints[NECK] - joints[SPINE])
    behind = unit(cross(unit(joints[1] - joints[2]), back))
    root = centre + np.array([0, 0.06, -0.045 if figure.hair_style == "long" else -0.10]) @ axes
    down = unit(np.array([0, -1.0, 0]) * 1.2 - back)
    end = root + (down * fall - behind * 0.07) * figure.bones.scale
    share = np.linspace(0, 1, 9)
    places = root + (end - root) * share[:, None]
    tangents = np.broadcast_to(unit(end - root), (9, 3))
    across, front = frames(tangents, -axes[0] / np.linalg.norm(axes[0]))
    profile = np.interp(share, [0, 0.15, 0.7, 0.95, 1], [0.5, 1, 1, 0.7, 0.1]) * figure.bones.scale
    points = tube(places, across, front, wide * profile, thick * profile, around=14)
    return [grid(points, cover * figure.creases[:8, :14, None] ** 2)]
