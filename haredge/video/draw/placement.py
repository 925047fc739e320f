"""Where labels go, so that none covers another, and heads are seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.video.draw.strip import Box

_Boxes = NDArray[np.float64]
"""(n, 4): left, top, right, bottom in pixels."""

_COVERED_WEIGHT: Final = 3.0
"""What it costs to cover a place, against being as far from its owner as the label is wide."""


def place(
    sizes: Sequence[tuple[int, int]], owners: Sequence[Box], clear: Sequence[Box], within: Box
) -> list[Box | None]:
    """Place a label of each (width, height) beside its owner: above rather than below or at a side.

    The first come first. No label overlaps another or leaves ``within``; one for which there is no room has none.
    Labels keep off ``clear``, faces for instance, as long as there is room nearby.
    """
    placed: list[Box | None] = []
    keep_off = _corners(clear)
    for (width, height), owner in zip(sizes, owners, strict=True):
        taken = _corners([box for box in placed if box])
        spots = _inside(_beside(owner, width, height), width, height, within)
        spots = np.concatenate([spots, _edges(taken, width, height, within)])
        boxes = np.column_stack([spots, spots + np.array((width, height))])
        fits = (boxes[:, 2] <= within.right) & (boxes[:, 3] <= within.bottom) & (_covered(boxes, taken) == 0)
        boxes = boxes[fits]
        if not len(boxes):
            placed.append(None)
            continue
        cost = _way(boxes, owner) / max(width, 1) + _COVERED_WEIGHT * _covered(boxes, keep_off) / max(width * height, 1)
        left, top = boxes[int(np.argmin(cost)), :2].astype(int).tolist()
        placed.append(Box(left, top, width, height))
    return placed


def _corners(boxes: Sequence[Box]) -> _Boxes:
    return np.array([(box.left, box.top, box.right, box.bottom) for box in boxes], np.float64).reshape(-1, 4)


def _beside(owner: Box, width: int, height: int) -> _Boxes:
    """Return the left upper corners beside an owner, the best first."""
    middle = owner.left + (owner.width - width) // 2
    above, below = owner.top - height, owner.bottom
    return np.array(
        [
            (middle, above),
            (owner.left, above),
            (owner.right - width, above),
            (middle, below),
            (owner.right, owner.top),
            (owner.left - width, owner.top),
            (middle, owner.bottom - height),
        ],
        np.float64,
    )


def _inside(spots: _Boxes, width: int, height: int, within: Box) -> _Boxes:
    """Move corners so that what is there does not stick out."""
    most = (max(within.left, within.right - width), max(within.top, within.bottom - height))
    return np.clip(spots, (within.left, within.top), most)


def _edges(taken: _Boxes, width: int, height: int, within: Box) -> _Boxes:
    """Return corners that touch what is there already, or the border: if there is any room, it is at one of these."""
    lefts = np.concatenate([(within.left, within.right - width), taken[:, 2], taken[:, 0] - width])
    tops = np.concatenate([(within.top, within.bottom - height), taken[:, 3], taken[:, 1] - height])
    corners = np.stack(np.meshgrid(lefts, tops), -1).reshape(-1, 2)
    return corners[(corners >= (within.left, within.top)).all(axis=1)]


def _covered(boxes: _Boxes, others: _Boxes) -> NDArray[np.float64]:
    """Return how many pixels of each box the others cover."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    areas: NDArray[np.float64] = np.prod(np.clip(high - low, 0, None), axis=2).sum(axis=1)
    return areas


def _way(boxes: _Boxes, owner: Box) -> NDArray[np.float64]:
    """Return how far the middle of a label's foot is from the middle of its owner's top."""
    foot = np.column_stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]])
    ways: NDArray[np.float64] = np.hypot(*(foot - (owner.left + owner.width / 2, owner.top)).T)
    return ways
