"""From a PoseNet's tensors to people: which keypoint belongs to which person, and where exactly it lies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Keypoints
from haredge.pose.decoders.posenet_tensors import (
    EDGES,
    KEYPOINTS,
    OFFSETS,
    PARTS,
    Cells,
    Field,
    Floats,
    Tensors,
    nearer,
)

Place = tuple[float, float]

SEED_LOGIT: Final = 0.0
"""Least logit of a cell from which a person is searched: a score of one half."""
SAME_PERSON_PX: Final = 20.0
"""A seed nearer than this to the same keypoint of a person already found is that person's."""
MOST_PEOPLE: Final = 5


class Edge(NamedTuple):
    """One edge of the tree, walked in one direction."""

    source: int
    target: int
    channel_y: int
    channel_x: int


def decode(tensors: Tensors) -> list[Keypoints]:
    """Return each person's keypoints, (17, 3) x, y in input pixels and score.

    None if no keypoint is likely; without mid offsets there is always one person, whose scores may be low.
    """
    return [_finished(tensors, places) for places in _people(tensors)]


def _people(tensors: Tensors) -> Iterator[Floats]:
    """Yield rough places, (2, 17), of one person after the other, the one with the most confident keypoint first.

    The mid offsets lead from a keypoint to the next of the same person, as in Google's decoder. Without them a network
    describes one person only: the highest cell of each heatmap.
    """
    if tensors.mid is None:
        yield nearer(tensors.short, _peaks(tensors.heatmaps), PARTS)
        return
    seeds, parts = _seeds(tensors)
    for _ in range(MOST_PEOPLE):
        if not parts.size:
            return
        places = _walk(tensors.short, tensors.mid, int(parts[0]), (float(seeds[0, 0]), float(seeds[1, 0])))
        yield places
        apart = np.square(seeds - places[:, parts]).sum(axis=0) > (SAME_PERSON_PX / tensors.stride) ** 2
        apart[0] = False  # the root itself, wherever the walk has put it
        seeds, parts = seeds[:, apart], parts[apart]


def _seeds(tensors: Tensors) -> tuple[Floats, Cells]:
    """Find every heatmap's local maxima: places (2, n) and keypoints (n,), the highest first."""
    stored, scale, zero_point = tensors.heatmaps
    _, columns, depth = stored.shape
    found = np.flatnonzero((stored == _neighbourhood(stored)) & (stored >= SEED_LOGIT / scale + zero_point))
    heights = stored.reshape(-1).take(found).astype(np.float32)
    cells, parts = np.divmod(found[np.argsort(-heights, kind="stable")], depth)
    return nearer(tensors.short, np.array(np.divmod(cells, columns), np.float32), parts), parts


def _neighbourhood(values: NDArray[Any]) -> NDArray[Any]:
    """Return the highest value of each cell and its eight neighbours."""
    tall = values.copy()
    np.maximum(tall[1:], values[:-1], out=tall[1:])
    np.maximum(tall[:-1], values[1:], out=tall[:-1])
    wide = tall.copy()
    np.maximum(wide[:, 1:], tall[:, :-1], out=wide[:, 1:])
    np.maximum(wide[:, :-1], tall[:, 1:], out=wide[:, :-1])
    return wide


def _walk(short: Field, mid: Field, root: int, place: Place) -> Floats:
    """Follow the mid offsets from a root to all the keypoints of its person.

    One number at a time: each place depends on the one before, and numpy is slow for so few.
    """
    (near, near_scale, near_zero), (far, far_scale, far_zero) = (
        (field.stored.item, field.scale, field.zero_point) for field in (short, mid)
    )
    last_row, last_column = (size - 1 for size in mid.stored.shape[:2])
    reached = {root: place}
    for source, target, channel_y, channel_x in _walk_order(root):
        row, column = reached[source]
        # max(0.0, nan) is 0.0: a place that is NaN is in the corner, and a damaged network breaks nothing.
        i, j = int(min(max(0.0, row), last_row) + 0.5), int(min(max(0.0, column), last_column) + 0.5)
        row += (far(i, j, channel_y) - far_zero) * far_scale
        column += (far(i, j, channel_x) - far_zero) * far_scale
        i, j = int(min(max(0.0, row), last_row) + 0.5), int(min(max(0.0, column), last_column) + 0.5)
        row = i + (near(i, j, target) - near_zero) * near_scale
        reached[target] = row, j + (near(i, j, KEYPOINTS + target) - near_zero) * near_scale
    return short.inside(np.array([reached[part] for part in range(KEYPOINTS)], np.float32).T)


@cache
def _walk_order(root: int) -> tuple[Edge, ...]:
    """List the edges in the order in which they lead from a root to every other keypoint."""
    edges: list[Edge] = []
    reached = [root]
    for source in reached:
        for edge, (parent, child) in enumerate(EDGES):
            target, block = (child, 0) if source == parent else (parent, 2) if source == child else (source, 0)
            if target not in reached:
                edges.append(Edge(source, target, block * len(EDGES) + edge, (block + 1) * len(EDGES) + edge))
                reached.append(target)
    return tuple(edges)


def _peaks(heatmaps: Field) -> Floats:
    """Return the highest cell of every heatmap, (2, 17)."""
    rows, columns, parts = heatmaps.stored.shape
    highest = heatmaps.stored.reshape(rows * columns, parts).argmax(axis=0)
    return np.array(np.divmod(highest, columns), np.float32)


def _finished(tensors: Tensors, places: Floats) -> Keypoints:
    """Refine a person's places twice more and score them: (17, 3) x, y in input pixels, score.

    The short offsets saturate at about 10 px, so they are read again at the place to which they led: first at
    the nearest cell, which is bold, then between cells, which is smooth.
    """
    places = nearer(tensors.short, places, PARTS)
    places = tensors.short.inside(places + tensors.short.between(places, OFFSETS))
    logits = tensors.heatmaps.between(places, PARTS)
    keypoints = np.empty((KEYPOINTS, 3), np.float32)
    keypoints[:, 1::-1] = (places * np.float32(tensors.stride)).T
    keypoints[:, 2] = np.tanh(logits / 2) / 2 + 0.5
    return keypoints
