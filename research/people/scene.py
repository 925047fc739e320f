"""What a training example is made of, before any pixel is drawn: layers of images, and the people in them.

All places are in pixels of the example, pixel centres at whole numbers. The same plan can be drawn by OpenCV or on a
GPU.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import MIRROR

Array = NDArray[np.float64]
Floats = NDArray[np.float32]

SMALLEST_PX: Final = 12.0
"""A person whose longer side is smaller is neither trained on nor background: it resembles a lamp or a cup."""
CUT_OFF: Final = 0.3
"""The same for a person of whose box less than this share is in view."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of the example, left and top included, right and bottom not."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """x, y of the middle."""
        return (self.left + self.right - 1) / 2, (self.top + self.bottom - 1) / 2


@dataclass(frozen=True, slots=True)
class Placement:
    """How an image lies in the example: turned and scaled about ``centre``, which comes to lie on ``at``."""

    centre: tuple[float, float]
    at: tuple[float, float]
    scale: float
    degrees: float = 0.0
    mirror: bool = False

    @property
    def matrix(self) -> Array:
        """The (2, 3) matrix from the image's pixels to the example's."""
        angle = np.deg2rad(self.degrees)
        c, s = self.scale * np.cos(angle), self.scale * np.sin(angle)
        turn = np.array([[c, s], [-s, c]])
        if self.mirror:
            turn[:, 0] *= -1
        return np.column_stack((turn, np.asarray(self.at) - turn @ np.asarray(self.centre)))


@dataclass(frozen=True, slots=True)
class Layer:
    """An image drawn over those before it."""

    source: str
    number: int
    """The image's number on its source's shelf."""
    matrix: Array
    clip: Rectangle
    cut_out: Rectangle | None = None
    """If given, only this part of the image is drawn, in the image's own pixels, with a soft edge."""
    reflect: bool = False
    """Whether the image is continued beyond its edges by its mirror image."""


@dataclass(slots=True)
class Scene:
    """An example's plan."""

    side: int
    view: Rectangle
    """The part that a camera's image fills; the rest is the letterbox's black."""
    layers: list[Layer] = field(default_factory=list)
    keypoints: list[Floats] = field(default_factory=list)
    """(17, 4) x, y, present, weight of each person."""
    boxes: list[Floats] = field(default_factory=list)
    """(4,) left, top, right, bottom of each person, cut off at the view's edges."""
    unsure: list[Floats] = field(default_factory=list)
    """Boxes in which nothing is trained on except the people of ``boxes``."""

    def hide_behind(self, box: Floats) -> None:
        """Take what lies in a box for hidden: keypoints are unknown, and people mostly behind it unsure."""
        for index in reversed(range(len(self.boxes))):
            if area(_intersection(self.boxes[index], box)) > (1 - CUT_OFF) * area(self.boxes[index]):
                self.unsure.append(self.boxes.pop(index))
                self.keypoints.pop(index)
            else:
                person = self.keypoints[index]
                inside = (person[:, 0] >= box[0]) & (person[:, 0] < box[2])
                inside &= (person[:, 1] >= box[1]) & (person[:, 1] < box[3])
                person[inside, 3] = 0.0

    def add_people(self, keypoints: Floats, boxes: Floats, placement: Placement, clip: Rectangle) -> None:
        """Add the people (n, 17, 4), (n, 4) of an image that was placed."""
        matrix = placement.matrix
        for person, box in zip(keypoints, boxes, strict=True):
            moved, whole = moved_keypoints(person, matrix, clip, mirror=placement.mirror), moved_box(box, matrix)
            if placement.degrees:
                whole = _tightened(whole, moved, person)
            visible = _intersection(whole, np.array((clip.left, clip.top, clip.right, clip.bottom), np.float32))
            if area(visible) <= 0:
                continue
            small = max(visible[2] - visible[0], visible[3] - visible[1]) < SMALLEST_PX
            if small or area(visible) < CUT_OFF * area(whole):
                self.unsure.append(visible)
            else:
                self.keypoints.append(moved)
                self.boxes.append(visible)

    def add_unsure(self, boxes: Floats, matrix: Array, clip: Rectangle) -> None:
        """Add boxes (n, 4) of an image in which a person may be."""
        edges = np.array((clip.left, clip.top, clip.right, clip.bottom), np.float32)
        self.unsure += [_intersection(moved_box(box, matrix), edges) for box in boxes]


def moved_keypoints(keypoints: Floats, matrix: Array, clip: Rectangle, *, mirror: bool) -> Floats:
    """Take (17, 4) keypoints along; those that leave ``clip`` are absent."""
    out = keypoints.copy()
    out[:, :2] = keypoints[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    if mirror:
        out = out[list(MIRROR)]
    inside = (out[:, 0] >= clip.left) & (out[:, 0] < clip.right) & (out[:, 1] >= clip.top) & (out[:, 1] < clip.bottom)
    out[~inside & (out[:, 2] > 0), 2] = 0.0
    return out


def moved_box(box: Floats, matrix: Array) -> Floats:
    """Return the upright box round a box that was turned and scaled, its centre kept."""
    corners = np.array([[box[i], box[j]] for i in (0, 2) for j in (1, 3)]) @ matrix[:, :2].T + matrix[:, 2]
    return np.concatenate((corners.min(0), corners.max(0))).astype(np.float32)


def _tightened(box: Floats, moved: Floats, before: Floats) -> Floats:
    """Shrink a turned box to the keypoints, where most are known, with the margin that a person's outline needs."""
    known = (before[:, 2] > 0) & (before[:, 3] > 0)
    present = known & (moved[:, 3] > 0)
    if present.sum() < 9:
        return box
    low, high = moved[present, :2].min(0), moved[present, :2].max(0)
    more = 0.12 * float((high - low).max())
    return np.concatenate((np.maximum(box[:2], low - more), np.minimum(box[2:], high + more))).astype(np.float32)


def _intersection(a: Floats, b: Floats) -> Floats:
    return np.concatenate((np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])))


def area(box: Floats) -> float:
    """Return the area of a box (left, top, right, bottom)."""
    return float(np.clip(box[2:] - box[:2], 0, None).prod())
