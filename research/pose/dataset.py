"""Training images: composed again each time they are asked for, each from its own seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.opencv import cv2
from research.pose.augment import (
    ASPECTS,
    SIDE,
    Augmented,
    View,
    background,
    blacken,
    lay,
    moved,
    person_box,
    placed,
    view_of,
)
from research.pose.spoil import cut_outs, spoil
from research.pose.store import ImageStore

NO_PERSON: Final = np.tile(np.array([0, 0, 0, 1], np.float32), (17, 1))
"""Keypoints of an image without people."""

SHARE_EMPTY: Final = 0.2
SHARE_DRAWN: Final = 0.2
SHARE_WHOLE: Final = 0.5
SHARE_SECOND: Final = 0.12

Example = tuple[Image, NDArray[np.float32]]
"""(192, 192, 3) bytes, RGB, and (17, 4) keypoints x, y, present, weight in its pixels."""

Composed = tuple[Image, NDArray[np.float32], View]
"""As :data:`Example`, but BGR and unspoilt, with the part of it that the camera's image fills."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes training examples out of labelled images and empty rooms."""

    images: ImageStore
    keypoints: NDArray[np.float32]
    """(n, 17, 4) in the order of ``images``."""
    usable: NDArray[np.int64]
    """Numbers of the images to train on; one that is there twice counts twice."""
    rooms: ImageStore
    usable_rooms: NDArray[np.int64]
    masks: ImageStore | None = None
    """Cut-outs' masks in the order of ``images``, of one pixel where there is none."""
    drawn: ImageStore | None = None
    """Images of synthetic people, with ``drawn_keypoints`` (m, 17, 4)."""
    drawn_keypoints: NDArray[np.float32] | None = None

    def example(self, number: int, seed: int) -> Example:
        """Compose the example of one training image (``number`` counts ``usable``)."""
        rng = np.random.default_rng(seed)
        kind = rng.random()
        if kind < SHARE_EMPTY:
            return self._empty(rng)
        drawn = kind < SHARE_EMPTY + SHARE_DRAWN and self.drawn is not None
        sample = self._drawing(rng) if drawn else self._labelled(int(self.usable[number]))
        whole = drawn or rng.random() < SHARE_WHOLE
        image, keypoints, view = _whole(sample, rng) if whole else self._composed(sample, rng)
        return _finish(image, view, rng), keypoints

    def _labelled(self, index: int) -> Augmented:
        mask = None if self.masks is None else self.masks[index][:, :, 0]
        has_mask = mask is not None and mask.size > 1
        return Augmented(self.images[index], self.keypoints[index], mask if has_mask else None)

    def _drawing(self, rng: np.random.Generator) -> Augmented:
        assert self.drawn is not None
        assert self.drawn_keypoints is not None
        index = int(rng.integers(len(self.drawn)))
        return Augmented(self.drawn[index], self.drawn_keypoints[index])

    def _room(self, rng: np.random.Generator) -> Image:
        return self.rooms[int(rng.choice(self.usable_rooms))]

    def _empty(self, rng: np.random.Generator) -> Example:
        view = view_of(float(rng.choice(ASPECTS)))
        image = background(self._room(rng), view, rng)
        if rng.random() < 0.5:
            self._clutter(image, view, rng)
        return _finish(image, view, rng), NO_PERSON

    def _clutter(self, image: Image, view: View, rng: np.random.Generator) -> None:
        """Paste pieces of other rooms, some of them shaped like people: an edge alone is not a person."""
        for _ in range(int(rng.integers(1, 4))):
            piece, shape = self._room(rng), self._labelled(int(rng.choice(self.usable)))
            height, width = piece.shape[:2]
            mask = np.full((height, width), 255, np.uint8)
            if shape.mask is not None:
                mask = np.asarray(cv2.resize(shape.mask, (width, height)), np.uint8)
            scale = SIDE * float(rng.uniform(0.15, 0.8)) / max(height, width)
            at = (float(rng.uniform(view.left, view.right)), float(rng.uniform(view.top, view.bottom)))
            matrix = placed((width / 2, height / 2), at, scale, float(rng.uniform(-180, 180)), mirror=False)
            lay(image, Augmented(piece, NO_PERSON, mask), matrix, cut_out=True)

    def _composed(self, sample: Augmented, rng: np.random.Generator) -> Composed:
        """Put a person of any size and turn anywhere into a view, in a room or on black."""
        view = view_of(float(rng.choice(ASPECTS)))
        cut_out = sample.mask is not None and rng.random() < 0.6
        room = cut_out or rng.random() < 0.5
        image = background(self._room(rng), view, rng) if room else np.zeros((SIDE, SIDE, 3), np.uint8)
        centre, side = person_box(sample.keypoints)
        reach = min(view.right - view.left, view.bottom - view.top)
        size_px = reach * float(np.exp(rng.uniform(np.log(0.28), np.log(1.25))))
        if room and rng.random() < SHARE_SECOND / 0.65:
            self._bystander(image, view, size_px, rng)
        matrix, mirror = _anywhere(centre, side, size_px, view, rng)
        lay(image, sample, matrix, cut_out)
        return image, moved(sample.keypoints, matrix, view, mirror), view

    def _bystander(self, image: Image, view: View, size_px: float, rng: np.random.Generator) -> None:
        """Add a smaller second person, who is not labelled."""
        other = self._labelled(int(rng.choice(self.usable)))
        centre, side = person_box(other.keypoints)
        x = float(rng.choice([view.left, view.right])) + rng.normal(0, 12)
        y = view.centre[1] + rng.normal(0, 20)
        scale = size_px * rng.uniform(0.35, 0.65) / side
        mirror = bool(rng.random() < 0.5)
        lay(image, other, placed(centre, (x, y), scale, rng.normal(0, 8), mirror), cut_out=other.mask is not None)


def _turn_degrees(rng: np.random.Generator) -> float:
    """Mostly upright; at times lying or head over heels, as in push-ups, falls and cartwheels."""
    kind = rng.random()
    if kind < 0.12:
        return float(rng.uniform(-180, 180))
    return float(rng.normal(0, 25 if kind < 0.5 else 8))


def _anywhere(
    centre: tuple[float, float], side: float, size_px: float, view: View, rng: np.random.Generator
) -> tuple[NDArray[np.float64], bool]:
    """Choose where a person of ``size_px`` lies; larger ones may be cut off by the view's edge."""
    width, height = view.right - view.left, view.bottom - view.top
    loose_x, loose_y = max(0.15 * size_px, width - 0.8 * size_px) / 2, max(0.15 * size_px, height - size_px) / 2
    x = view.centre[0] + rng.uniform(-loose_x, loose_x)
    y = view.centre[1] + rng.uniform(-loose_y, loose_y)
    mirror = bool(rng.random() < 0.5)
    return placed(centre, (x, y), size_px / side, _turn_degrees(rng), mirror), mirror


def _whole(sample: Augmented, rng: np.random.Generator) -> Composed:
    """Letterbox the whole image, as in use, but a little larger, smaller, turned and moved."""
    height, width = sample.image.shape[:2]
    view = view_of(width / height)
    mirror = bool(rng.random() < 0.5)
    centre = ((width - 1) / 2, (height - 1) / 2)
    straight = rng.random() < 0.4
    scale = SIDE / max(height, width) * float(np.exp(rng.uniform(0 if straight else np.log(0.8), np.log(1.3))))
    at = (view.centre[0] + rng.uniform(-20, 20), view.centre[1] + rng.uniform(-20, 20))
    matrix = placed(centre, at, scale, 0.0 if straight else _turn_degrees(rng), mirror)
    image = np.zeros((SIDE, SIDE, 3), np.uint8)
    lay(image, sample, matrix, cut_out=False)
    return image, moved(sample.keypoints, matrix, view, mirror), view


def _finish(image: Image, view: View, rng: np.random.Generator) -> Image:
    """Hide parts, spoil the image, draw the letterbox's bars, and give RGB."""
    if rng.random() < 0.25:
        cut_outs(image, rng)
    image = spoil(image, rng)
    blacken(image, view)
    return np.ascontiguousarray(image[:, :, ::-1])
