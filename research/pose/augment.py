"""Images as a camera in a room might give them, out of stock photographs: one warp and a few spoilers each.

The network's input is composed of a background, people and a letterbox's bars; keypoints go along. All sizes are in
pixels of the network's input (``SIDE`` on a side) unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import MIRROR
from haredge.core.types import Image
from haredge.opencv import cv2

SIDE: Final = 192
ASPECTS: Final = (4 / 3, 16 / 9, 1.0, 3 / 4, 2 / 3)
"""Width by height of the images that cameras give; the letterbox leaves the rest black."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Augmented:
    """An image with one person's keypoints."""

    image: Image
    """(height, width, 3) bytes, BGR."""
    keypoints: NDArray[np.float32]
    """(17, 4) x, y in pixels of the image, present (0 or 1), weight in [0, 1]."""
    mask: NDArray[np.uint8] | None = None
    """(height, width) bytes, 255 where the person is."""


@dataclass(frozen=True, slots=True)
class View:
    """The part of the input that the camera's image fills."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def centre(self) -> tuple[float, float]:
        """Centre x, y."""
        return (self.left + self.right - 1) / 2, (self.top + self.bottom - 1) / 2


def view_of(aspect: float) -> View:
    """Return where an image of an aspect (width by height) lies in the input."""
    width, height = round(SIDE * min(1, aspect)), round(SIDE * min(1, 1 / aspect))
    left, top = (SIDE - width) // 2, (SIDE - height) // 2
    return View(left, top, left + width, top + height)


def placed(centre: tuple[float, float], at: tuple[float, float], scale: float, degrees: float, mirror: bool) -> Matrix:
    """Return the (2, 3) matrix that scales and turns about an image's ``centre`` and lays it ``at`` the input."""
    angle = np.deg2rad(degrees)
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.array([[c, s], [-s, c]])
    if mirror:
        turn[:, 0] *= -1
    shift = np.asarray(at) - turn @ np.asarray(centre)
    return np.column_stack((turn, shift))


def moved(keypoints: NDArray[np.float32], matrix: Matrix, view: View, mirror: bool) -> NDArray[np.float32]:
    """Take keypoints along; those that leave the view are known to be absent."""
    out = keypoints.copy()
    out[:, :2] = keypoints[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    if mirror:
        out = out[list(MIRROR)]
    inside = (out[:, 0] >= view.left) & (out[:, 0] < view.right) & (out[:, 1] >= view.top) & (out[:, 1] < view.bottom)
    gone = (out[:, 2] > 0) & ~inside
    out[gone, 3] = 1.0
    out[~inside, 2] = 0.0
    return out


def person_box(keypoints: NDArray[np.float32]) -> tuple[tuple[float, float], float]:
    """Return centre x, y and the longest side of the box round the present keypoints."""
    points = keypoints[keypoints[:, 2] > 0, :2]
    low, high = points.min(0), points.max(0)
    x, y = (low + high) / 2
    return (float(x), float(y)), float(max(high - low)) * 1.2 + 1e-3


def lay(canvas: Image, sample: Augmented, matrix: Matrix, cut_out: bool) -> None:
    """Draw an image, or only its person, onto the input in place."""
    shrink = abs(np.linalg.det(matrix[:, :2])) < 0.3
    image = cv2.GaussianBlur(sample.image, (3, 3), 0.8) if shrink else sample.image
    if not cut_out or sample.mask is None:
        cv2.warpAffine(image, matrix, (SIDE, SIDE), canvas, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
        return
    layer = cv2.warpAffine(image, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(sample.mask, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)[:, :, None] / np.float32(255)
    canvas[:] = (layer * alpha + canvas * (1 - alpha)).astype(np.uint8)


def blacken(canvas: Image, view: View) -> None:
    """Draw the letterbox's bars in place."""
    canvas[: view.top] = 0
    canvas[view.bottom :] = 0
    canvas[:, : view.left] = 0
    canvas[:, view.right :] = 0


def background(room: Image, view: View, rng: np.random.Generator) -> Image:
    """Return the input filled with a random part of a room's image."""
    height, width = room.shape[:2]
    scale = max((view.right - view.left) / width, (view.bottom - view.top) / height) * rng.uniform(1.0, 2.0)
    mirror = rng.random() < 0.5
    slack = max(0.0, scale * min(width, height) - (view.right - view.left)) / 2
    x, y = view.centre
    at = (x + rng.uniform(-slack, slack) * 0.5, y + rng.uniform(-slack, slack) * 0.5)
    matrix = placed(((width - 1) / 2, (height - 1) / 2), at, scale, rng.normal(0, 4), mirror)
    return np.asarray(
        cv2.warpAffine(room, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.uint8
    )
