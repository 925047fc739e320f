"""Examples drawn with OpenCV, and what light, lens, sensor and compression do to them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.opencv import cv2
from research.people.scene import Layer, Rectangle, Scene
from research.people.shelves import Shelves
from research.pose.spoil import cut_outs, spoil

Generator = np.random.Generator

THIN: Final = 0.7
"""An image drawn at a smaller scale than this is first made smaller by averaging, so that it does not alias."""


def draw(scene: Scene, shelves: Shelves, rng: Generator) -> Image:
    """Draw a scene as a camera might have taken it: (side, side, 3) bytes, RGB."""
    return draw_twice(scene, shelves, rng)[1]


def draw_twice(scene: Scene, shelves: Shelves, rng: Generator) -> tuple[Image, Image]:
    """Draw a scene as it is, and as a camera might have taken it: (side, side, 3) bytes each, RGB."""
    canvas = np.zeros((scene.side, scene.side, 3), np.uint8)
    for layer in scene.layers:
        _lay(canvas, layer, shelves.shelves[layer.source].image(layer.number))
    if rng.random() < 0.15:
        cut_outs(canvas, rng)
    return _in_view(canvas, scene.view), _in_view(spoil(canvas, rng), scene.view)


def _in_view(canvas: Image, view: Rectangle) -> Image:
    """Return a BGR image as RGB, black outside the view."""
    rows, columns = _slices(view)
    seen = np.zeros_like(canvas)
    seen[rows, columns] = canvas[rows, columns, ::-1]
    return seen


def _lay(canvas: Image, layer: Layer, image: Image) -> None:
    """Draw one layer in place."""
    rows, columns = _slices(layer.clip)
    under = np.ascontiguousarray(canvas[rows, columns])
    if not under.size:
        return
    mask = None if layer.cut_out is None else soft_mask(image.shape[:2], layer.cut_out)
    scale = float(np.sqrt(abs(np.linalg.det(layer.matrix[:, :2]))))
    matrix = layer.matrix
    if scale < THIN:
        factor = max(1.2 * scale, 4 / min(image.shape[:2]))
        image = np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        mask = None if mask is None else np.asarray(cv2.resize(mask, image.shape[1::-1]), np.float32)
        matrix = of_smaller(matrix, factor)
    matrix = matrix - np.array([[0, 0, columns.start], [0, 0, rows.start]])
    size = (under.shape[1], under.shape[0])
    if mask is None:
        border = cv2.BORDER_REFLECT if layer.reflect else cv2.BORDER_TRANSPARENT
        canvas[rows, columns] = cv2.warpAffine(image, matrix, size, under, cv2.INTER_LINEAR, border)
        return
    over = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    share = cv2.warpAffine(mask, matrix, size, flags=cv2.INTER_LINEAR)[:, :, None]
    canvas[rows, columns] = over * share + under * (1 - share)


def of_smaller(matrix: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """Return a (2, 3) matrix for an image that was made smaller by ``factor``; pixel centres are whole numbers."""
    turn = matrix[:, :2] / factor
    return np.column_stack((turn, matrix[:, 2] + matrix[:, :2].sum(1) * (0.5 / factor - 0.5)))


def soft_mask(shape: tuple[int, int], part: Rectangle) -> NDArray[np.float32]:
    """Return (height, width) in [0, 1]: 1 in the middle of ``part``, falling to 0 at its edges; corners are rounded."""
    height, width = shape
    x = (np.arange(width) - part.middle[0]) / max(1.0, part.width / 2)
    y = (np.arange(height) - part.middle[1]) / max(1.0, part.height / 2)
    away = (x[None] ** 4 + y[:, None] ** 4) ** 0.25
    return np.clip((1 - away) / 0.12, 0, 1).astype(np.float32)


def _slices(part: Rectangle) -> tuple[slice, slice]:
    """Return rows and columns of a rectangle."""
    return slice(round(part.top), round(part.bottom)), slice(round(part.left), round(part.right))
