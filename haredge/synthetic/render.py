"""Drawing patches: light, shadow, and the painter's algorithm with every edge smoothed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.opencv import cv2
from haredge.synthetic.camera import NEAR_M, SyntheticCamera
from haredge.synthetic.skeleton import Floats, unit
from haredge.synthetic.surface import Patches

_FINE = 2
"""Patches are drawn at this many times the image's size and averaged down, which smooths edges."""
_SHIFT = 4
"""Corners are given to OpenCV in sixteenths of a pixel."""


@dataclass(frozen=True, slots=True)
class Light:
    """One lamp or window far away, and the light that comes from everywhere."""

    towards: tuple[float, float, float]
    """Direction to the light."""
    strength: float
    ambient: float
    colour: tuple[float, float, float]
    """Factors of blue, green, red."""
    shadow: float
    """How dark the shadow on the floor is, 0 to 1."""

    @classmethod
    def random(cls, rng: np.random.Generator, dark: float = 0.15) -> Light:
        """Draw the light of a room: from above, warm or cold, hard or soft; a share ``dark`` of the rooms is dim."""
        angle, strength = rng.uniform(0, 2 * np.pi), rng.uniform(0.25, 0.85)
        warm = rng.normal(0, 0.06)
        level = rng.uniform(0.82, 1.15) if rng.random() >= dark else rng.uniform(0.35, 0.7)
        towards = (float(np.sin(angle)), float(rng.uniform(0.5, 2.5)), float(np.cos(angle)))
        colour = (float(level * (1 - warm)), float(level), float(level * (1 + warm)))
        return cls(towards, float(strength), float(1 - 0.62 * strength), colour, float(rng.uniform(0.1, 0.55)))


def shade(patches: Patches, camera: SyntheticCamera, light: Light) -> Floats:
    """Colours (n, 3) of patches in the light: Lambert's law, softened, and darker where the surface turns away."""
    view = unit(np.asarray(camera.position) - patches.middles)
    towards_us = np.where(_dot(patches.normals, view) < 0, -1.0, 1.0)
    normals = patches.normals * towards_us[:, None]
    sun = normals @ unit(np.asarray(light.towards))
    direct = np.clip((sun + 0.25) / 1.25, 0, 1) * light.strength
    ambient = light.ambient * (0.86 + 0.14 * normals[:, 1])
    facing = _dot(normals, view)
    level = (direct + ambient) * (0.72 + 0.28 * np.sqrt(facing))
    return np.asarray(patches.colours * level[:, None] * np.asarray(light.colour))


def draw(image: Image, patches: Patches, camera: SyntheticCamera, light: Light) -> Image:
    """Return the image with the patches drawn over it, the far ones first."""
    view = np.asarray(camera.position) - patches.middles
    patches = patches.chosen((_dot(patches.normals, view) > 0) | ~patches.closed)
    xy, depth = camera.project(patches.corners)
    seen = _drawable(xy, depth, camera.size)
    if not seen.any():
        return image.copy()
    middle_depth = (depth[:, 0] + depth[:, 2]) / 2
    order = np.flatnonzero(seen)[np.argsort((patches.lift - middle_depth)[seen], kind="stable")]
    return _paint(image, xy[order], shade(patches, camera, light)[order])


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2])


def _drawable(xy: Floats, depth: Floats, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Choose, of shapes of (n, 4, 2) pixels and (n, 4) metres ahead, those that the camera sees."""
    x, y = (np.stack([xy[:, corner, axis] for corner in range(4)]) for axis in (0, 1))
    left, right, top, bottom = x.min(0), x.max(0), y.min(0), y.max(0)
    seen = (right > -1) & (left < size[0]) & (bottom > -1) & (top < size[1])
    near = (left > -8000) & (right < 8000) & (top > -8000) & (bottom < 8000)
    return np.asarray(seen & near & (np.stack([depth[:, corner] for corner in range(4)]).min(0) > NEAR_M))


def _paint(image: Image, xy: Floats, colours: Floats) -> Image:
    """Fill four-sided shapes in order, on a fine canvas of their own, and lay it over the image."""
    height, width = image.shape[:2]
    left, top = np.maximum(np.floor(xy.min((0, 1))).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(xy.max((0, 1))).astype(int) + 2, (width, height))
    canvas = np.zeros(((bottom - top) * _FINE, (right - left) * _FINE, 4), np.uint8)
    fine = ((xy - (left, top) + 0.5) * _FINE - 0.5) * (1 << _SHIFT)
    corners = np.rint(fine).astype(np.int32)
    bgra = np.concatenate([colours.clip(0, 255), np.full((len(colours), 1), 255.0)], 1).tolist()
    for shape, colour in zip(corners, bgra, strict=True):
        cv2.fillConvexPoly(canvas, shape, colour, cv2.LINE_8, _SHIFT)
    small = cv2.resize(canvas, (int(right - left), int(bottom - top)), interpolation=cv2.INTER_AREA)
    result = image.copy()
    under = result[top:bottom, left:right]
    uncovered = (255 - small[..., 3:]).astype(np.uint16)
    under[...] = small[..., :3] + ((under * uncovered + 127) // 255).astype(np.uint8)
    return result


def cast_shadow(image: Image, patches: Patches, camera: SyntheticCamera, light: Light) -> Image:
    """Return the image with the patches' shadow on the floor: the lamp's, and a soft one straight below."""
    towards = unit(np.asarray(light.towards))
    height, width = image.shape[:2]
    mask = np.zeros(((height + 1) // 2, (width + 1) // 2), np.uint8)
    for direction, dark in ((towards, 1.0), (np.array([0.0, 1.0, 0.0]), 0.6)):
        lit = (patches.normals @ direction > 0) & patches.closed
        corners = patches.corners[lit]
        corners = corners - (corners[..., 1:2] - 0.004) / direction[1] * direction
        xy, depth = camera.project(corners)
        ok = _drawable(xy, depth, camera.size)
        layer = np.zeros_like(mask)
        for shape in np.rint(xy[ok] * ((1 << _SHIFT) / 2)).astype(np.int32):
            cv2.fillConvexPoly(layer, shape, (255.0 * dark,), cv2.LINE_8, _SHIFT)
        mask = np.maximum(mask, layer)
    blur = max(3, int(camera.focal_px * 0.006) | 1)
    soft = cv2.resize(cv2.blur(cv2.blur(mask, (blur, blur)), (blur, blur)), (width, height))
    factor = cv2.convertScaleAbs(soft, alpha=-light.shadow, beta=255)
    return np.asarray(cv2.multiply(image, cv2.merge([factor] * 3), scale=1 / 255), np.uint8)
