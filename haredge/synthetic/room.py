"""A room drawn through the same camera as the figure: floor, walls, window, door, images, furniture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.opencv import cv2
from haredge.synthetic.camera import NEAR_M, SyntheticCamera
from haredge.synthetic.render import Light, draw
from haredge.synthetic.skeleton import Floats, cross, unit
from haredge.synthetic.surface import Patches, box, patches_of

_TEXELS_PER_M = 40


def random_room(
    rng: np.random.Generator, camera: SyntheticCamera, light: Light, clear_m: float = 1.0, half_width_m: float = 0.0
) -> Image:
    """Draw a room without people.

    ``clear_m`` is kept free of furniture round the camera's target. Where ``half_width_m`` is given, the room reaches
    at least as far to either side of the target along x, and 2.6 m behind it, and no furniture stands before it.
    """
    width, height = camera.size
    image = np.full((height, width, 3), 90, np.uint8)
    walls = _walls(rng, camera, half_width_m)
    for corners, texture in (_floor(rng, walls), *_wall_faces(rng, walls)):
        _texture(image, corners, texture, camera, light)
    front = camera.target[2] - 0.5 * clear_m if half_width_m else np.inf
    things = _furniture(rng, walls, np.asarray(camera.target), clear_m, front)
    return draw(image, Patches.joined(things), camera, light) if things else image


@dataclass(frozen=True, slots=True)
class _Walls:
    """The room's extent in metres."""

    low: Floats
    high: Floats


def _walls(rng: np.random.Generator, camera: SyntheticCamera, half_width_m: float) -> _Walls:
    """Place walls so that camera and target stand in the room, and the far wall not far behind the target."""
    points = np.stack([camera.position, camera.target])
    low = points.min(0) - rng.uniform(0.8, 2.6, 3)
    high = points.max(0) + rng.uniform(0.8, 2.6, 3)
    low[0], high[0] = min(low[0], camera.target[0] - half_width_m), max(high[0], camera.target[0] + half_width_m)
    low[2] = min(low[2], camera.target[2] - 2.6) if half_width_m else low[2]
    low[1], high[1] = 0.0, max(2.4, camera.position[1] + 0.2) + rng.uniform(0, 0.5)
    return _Walls(low, high)


def _tone(rng: np.random.Generator, low: float, high: float, tint: float) -> Floats:
    """Draw a colour of mild hue."""
    value = rng.uniform(low, high)
    return np.asarray(
        np.clip(
            value * (1 + tint * np.array([rng.uniform(-1, 0.6), rng.uniform(-0.4, 0.4), rng.uniform(-0.6, 1)])), 8, 250
        )
    )


def _mottled(rng: np.random.Generator, rows: int, columns: int, colour: Floats, strength: float) -> Floats:
    """Texture of one colour with broad and fine unevenness."""
    broad = cv2.resize(rng.standard_normal((5, 7), np.float32), (columns, rows), interpolation=cv2.INTER_CUBIC)
    grain = rng.standard_normal((64, 64), np.float32)
    fine = np.tile(grain, (rows // 64 + 1, columns // 64 + 1))[:rows, :columns]
    unevenness = np.float32(strength) * (broad + np.float32(0.5) * fine) + np.float32(1)
    return np.asarray(unevenness[..., None] * colour.astype(np.float32))


def _floor(rng: np.random.Generator, walls: _Walls) -> tuple[Floats, Image]:
    (x0, _, z0), (x1, _, z1) = walls.low, walls.high
    rows, columns = int((z1 - z0) * _TEXELS_PER_M), int((x1 - x0) * _TEXELS_PER_M)
    kind = rng.choice(["boards", "tiles", "carpet", "plain"])
    texture = _mottled(rng, rows, columns, _tone(rng, 60, 190, 0.35), 0.07 if kind == "carpet" else 0.03)
    v, u = np.mgrid[:rows, :columns] / _TEXELS_PER_M
    if kind == "boards":
        board = (v / rng.uniform(0.1, 0.22)).astype(int)
        tone = rng.uniform(0.85, 1.1, 400)[(board + 13 * ((u + board * 0.37) / 1.3).astype(int)) % 400]
        texture *= tone[..., None]
    if kind == "tiles":
        edge = rng.uniform(0.25, 0.6)
        joint = (u % edge < 0.03) | (v % edge < 0.03)
        texture[joint] *= rng.uniform(0.6, 1.3)
    if rng.random() < 0.35:
        _rug(rng, texture)
    corners = np.array([[x0, 0, z0], [x1, 0, z0], [x1, 0, z1], [x0, 0, z1]])
    return corners, texture.clip(0, 255).astype(np.uint8)


def _rug(rng: np.random.Generator, texture: Floats) -> None:
    rows, columns = texture.shape[:2]
    top, left = int(rng.uniform(0, 0.5) * rows), int(rng.uniform(0, 0.5) * columns)
    bottom, right = top + int(rng.uniform(0.2, 0.5) * rows), left + int(rng.uniform(0.2, 0.5) * columns)
    texture[top:bottom, left:right] = _tone(rng, 50, 200, 0.6)
    texture[top + 8 : bottom - 8, left + 8 : right - 8] = _tone(rng, 50, 200, 0.5)


def _wall_faces(rng: np.random.Generator, walls: _Walls) -> list[tuple[Floats, Image]]:
    """Give four walls and the ceiling: corners (top left, top right, bottom right, bottom left seen from inside)."""
    (x0, _, z0), (x1, top, z1) = walls.low, walls.high
    paint, skirting = _tone(rng, 110, 235, 0.18), _tone(rng, 60, 245, 0.1)
    spots = [(x0, z0), (x0, z1), (x1, z1), (x1, z0)]
    faces = []
    for (ax, az), (bx, bz) in zip(spots, spots[1:] + spots[:1], strict=True):
        corners = np.array([[ax, top, az], [bx, top, bz], [bx, 0, bz], [ax, 0, az]])
        shade = rng.uniform(0.8, 1.05)
        faces.append((corners, _wall(rng, float(np.hypot(ax - bx, az - bz)), top, paint * shade, skirting * shade)))
    ceiling = np.array([[x0, top, z0], [x1, top, z0], [x1, top, z1], [x0, top, z1]])
    white = _mottled(rng, 32, 32, _tone(rng, 190, 240, 0.05), 0.02).clip(0, 255).astype(np.uint8)
    return [(ceiling, white), *faces]


def _wall(rng: np.random.Generator, width_m: float, height_m: float, paint: Floats, skirting: Floats) -> Image:
    rows, columns = int(height_m * _TEXELS_PER_M), int(width_m * _TEXELS_PER_M)
    texture = _mottled(rng, rows, columns, paint, 0.025)
    if rng.random() < 0.15:
        texture[:, (np.arange(columns) // rng.integers(4, 14)) % 2 == 0] *= rng.uniform(0.85, 0.97)
    texture[-int(0.1 * _TEXELS_PER_M) :] = skirting
    image = texture.clip(0, 255).astype(np.uint8)
    free = np.ones(columns, bool)
    for _ in range(rng.integers(0, 4)):
        _hang(rng, image, rng.choice(["window", "door", "image", "image", "shelf"]), height_m, free)
    return image


def _hang(rng: np.random.Generator, wall: Image, kind: str, height_m: float, free: NDArray[np.bool_]) -> None:
    """Paint a window, door, image or shelf of books on a wall's texture where its columns are ``free``."""
    columns = wall.shape[1]
    sizes = {
        "window": (0.8, 1.6, 0.9, 1.3),
        "door": (0.8, 0.95, 2.0, 2.1),
        "image": (0.3, 0.9, 0.3, 0.8),
        "shelf": (0.8, 1.4, 0.4, 1.8),
    }
    w0, w1, h0, h1 = sizes[kind]
    width, height = (int(rng.uniform(a, b) * _TEXELS_PER_M) for a, b in ((w0, w1), (h0, h1)))
    left = int(rng.integers(0, max(1, columns - width)))
    sill = {"window": 0.9, "door": 0.0, "image": rng.uniform(1.1, 1.5), "shelf": rng.choice([0.0, 1.2])}[kind]
    bottom = int((height_m - sill) * _TEXELS_PER_M)
    panel = wall[max(bottom - height, 2) : bottom, left : left + width]
    if min(panel.shape[:2]) < 9 or not free[left : left + width].all():
        return
    free[left : left + width] = False
    panel[...] = _tone(rng, 40, 240, 0.2).astype(np.uint8)
    inner = panel[3:-3, 3:-3]
    if kind == "shelf":
        _books(rng, inner)
    elif kind == "door":
        inner[...] = (panel[0, 0] * 0.94).astype(np.uint8)
        cv2.circle(panel, (5, panel.shape[0] // 2), 2, (120, 140, 150), -1)
    else:
        outside = (
            _tone(rng, 60, 220, 0.5) * rng.uniform(0.5, 1.4, (3, 4, 1)) + rng.uniform(0, 40, (3, 4, 3))
            if kind == "image"
            else _tone(rng, 120, 255, 0.25) * np.linspace(1, 0.6, 3)[:, None, None]
        )
        inner[...] = cv2.resize(outside.astype(np.float32), inner.shape[1::-1], interpolation=cv2.INTER_CUBIC).clip(
            0, 255
        )
        if kind == "window":
            inner[:, inner.shape[1] // 2 - 1 : inner.shape[1] // 2 + 1] = panel[0, 0]


def _books(rng: np.random.Generator, shelf: Image) -> None:
    shelf[...] = (shelf * 0.5).astype(np.uint8)
    for bottom in range(14, shelf.shape[0], 15):
        column = 1
        while column < shelf.shape[1] - 5:
            width, height = int(rng.integers(1, 4)), int(rng.integers(8, 13))
            shelf[bottom - height : bottom, column : column + width] = _tone(rng, 40, 220, 0.7).astype(np.uint8)
            column += width + int(rng.random() < 0.1) * 6


def _furniture(rng: np.random.Generator, walls: _Walls, target: Floats, clear_m: float, front: float) -> list[Patches]:
    """Stand boxes along the walls, none of them beyond ``front`` along z: cupboards, tables, sofas, plants."""
    parts: list[Patches] = []
    for _ in range(rng.integers(0, 6)):
        kind = rng.choice(["cupboard", "table", "sofa", "plant"])
        size = {
            "cupboard": rng.uniform((0.5, 0.6, 0.35), (1.4, 2.0, 0.6)),
            "table": rng.uniform((0.6, 0.45, 0.5), (1.6, 0.8, 0.9)),
            "sofa": rng.uniform((1.3, 0.38, 0.75), (2.2, 0.45, 0.95)),
            "plant": rng.uniform((0.25, 0.2, 0.25), (0.4, 0.35, 0.4)),
        }[kind]
        if rng.random() < 0.5:
            size = size[[2, 1, 0]]
        low = rng.uniform(walls.low, np.maximum(walls.high - size, walls.low + 0.01))
        axis = int(rng.choice([0, 2]))
        low[axis] = walls.low[axis] + 0.02 if rng.random() < 0.5 else walls.high[axis] - size[axis] - 0.02
        low[1] = 0.0
        nearest = np.clip(target, low, low + size)
        if np.hypot(*(nearest - target)[[0, 2]]) > clear_m and low[2] + size[2] < front:
            parts += _thing(rng, str(kind), low, low + size)
    return parts


def _thing(rng: np.random.Generator, kind: str, low: Floats, high: Floats) -> list[Patches]:
    colour, step = _tone(rng, 35, 220, 0.35), 0.3
    if kind == "table":
        top = np.array([low[0], high[1] - 0.05, low[2]])
        legs = [(x, z) for x in (low[0], high[0] - 0.06) for z in (low[2], high[2] - 0.06)]
        return [box((x, 0, z), (x + 0.06, high[1] - 0.05, z + 0.06), colour * 0.8, step) for x, z in legs] + [
            box(top, high, colour, step)
        ]
    if kind == "sofa":
        long = 0 if high[0] - low[0] > high[2] - low[2] else 2
        back_high = high.copy()
        back_high[1], back_high[2 - long] = 0.85, low[2 - long] + 0.22
        return [box(low, high, colour, step), box(low, back_high, colour * 0.92, step)]
    if kind == "plant":
        middle = (low + high) / 2
        leaves = []
        for _ in range(14):
            root = np.array([middle[0], high[1], middle[2]])
            tip = root + rng.normal(0, 0.22, 3) * (1, 0, 1) + (0, rng.uniform(0.2, 0.9), 0)
            leaves.append(_leaf(root, tip, np.array([40, 110, 50]) * rng.uniform(0.5, 1.3)))
        return [box(low, high, colour, step), *leaves]
    return [box(low, high, colour, step)]


def _leaf(root: Floats, tip: Floats, colour: Floats) -> Patches:
    across = unit(cross(tip - root, np.array([0.3, 0.2, 0.9]))) * 0.05
    middle = root * 0.4 + tip * 0.6
    return patches_of(np.stack([root, middle + across, tip, middle - across])[None], colour, closed=False)


def _texture(image: Image, corners: Floats, texture: Image, camera: SyntheticCamera, light: Light) -> None:
    """Lay a texture on a flat rectangle of the world and draw it through the camera."""
    seen = camera.see(corners)
    outline = _in_front(seen)
    if len(outline) < 3:
        return
    centre = (np.asarray(camera.size) - 1) / 2
    shape = outline[:, :2] / outline[:, 2:] * camera.focal_px + centre
    low, high = (
        np.maximum(np.floor(shape.min(0)), 0).astype(int),
        np.minimum(np.ceil(shape.max(0)) + 1, camera.size).astype(int),
    )
    if (high <= low).any():
        return
    rows, columns = texture.shape[:2]
    across, down = (seen[1] - seen[0]) / columns, (seen[3] - seen[0]) / rows
    intrinsic = np.array(
        [[camera.focal_px, 0, centre[0] - low[0]], [0, camera.focal_px, centre[1] - low[1]], [0, 0, 1]]
    )
    to_picture = intrinsic @ np.stack([across, down, seen[0]], 1)
    lit = np.asarray(light.colour) * (0.45 + 0.55 * light.ambient + 0.3 * light.strength)
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    coloured = np.clip(texture * lit, 0, 255).astype(np.uint8)
    drawn = cv2.warpPerspective(coloured, to_picture, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillConvexPoly(mask, np.rint((shape - low).clip(-3e4, 3e4) * 16).astype(np.int32), (255,), cv2.LINE_8, 4)
    view = image[low[1] : high[1], low[0] : high[0]]
    cv2.copyTo(drawn, mask, view)


def _in_front(points: Floats) -> Floats:
    """Cut a flat shape of (n, 3) camera points off where it comes too near the camera."""
    kept: list[Floats] = []
    for a, b in zip(points, np.roll(points, -1, 0), strict=True):
        if a[2] >= NEAR_M:
            kept.append(a)
        if (a[2] >= NEAR_M) != (b[2] >= NEAR_M):
            kept.append(a + (b - a) * (NEAR_M - a[2]) / (b[2] - a[2]))
    return np.array(kept).reshape(-1, 3)
