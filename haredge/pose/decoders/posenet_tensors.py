"""What a PoseNet returns for an image: numbers on a grid of cells, and how places are read off them.

PersonLab (Papandreou et al., ECCV 2018, https://arxiv.org/abs/1803.08225) describes the tensors: for every keypoint a
heatmap, short offsets from a cell to the keypoint near it, and mid offsets from one keypoint of a person to the next
along a tree of 16 edges. Channel order as in Google's decoder (google-coral/edgetpu, src/cpp/posenet).

Places are row, column in cells of the heatmap: cell (i, j) lies at input pixel (i, j) * stride.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import INDEX, NAMES

Floats = NDArray[np.float32]
Cells = NDArray[np.intp]

EDGES: Final = tuple(
    (INDEX[parent], INDEX[child])
    for parent, child in (
        ("nose", "left_eye"),
        ("left_eye", "left_ear"),
        ("nose", "right_eye"),
        ("right_eye", "right_ear"),
        ("nose", "left_shoulder"),
        ("left_shoulder", "left_elbow"),
        ("left_elbow", "left_wrist"),
        ("left_shoulder", "left_hip"),
        ("left_hip", "left_knee"),
        ("left_knee", "left_ankle"),
        ("nose", "right_shoulder"),
        ("right_shoulder", "right_elbow"),
        ("right_elbow", "right_wrist"),
        ("right_shoulder", "right_hip"),
        ("right_hip", "right_knee"),
        ("right_knee", "right_ankle"),
    )
)
"""PoseNet's tree in the order of the mid offsets' channels: forward y, forward x, backward y, backward x, 16 each."""

KEYPOINTS: Final = len(NAMES)
PARTS: Final = np.arange(KEYPOINTS)
OFFSETS: Final = np.stack([PARTS, PARTS + KEYPOINTS])
"""Channels of the short offsets, (2, 17): y and x of each keypoint."""


class Field(NamedTuple):
    """Numbers on the grid of cells, (rows, columns, channels), as the network stores them."""

    stored: NDArray[Any]
    scale: float = 1.0
    zero_point: int = 0

    def inside(self, places: Floats) -> Floats:
        """Move places (2, n), rows and columns, from beyond the edge onto it; NaN to the corner."""
        rows, columns, _ = self.stored.shape
        moved: Floats = np.fmin(np.fmax(places, 0), np.array(((rows - 1,), (columns - 1,)), np.float32))
        return moved

    def at(self, cells: Cells, channels: Cells) -> Floats:
        """Return the values of cells (2, n) in ``channels`` (..., n); gives (..., n)."""
        _, columns, depth = self.stored.shape
        return self._real(self.stored.reshape(-1).take((cells[0] * columns + cells[1]) * depth + channels))

    def between(self, places: Floats, channels: Cells) -> Floats:
        """Interpolate between cells: ``places`` (2, n) inside, ``channels`` (..., n); gives (..., n)."""
        _, columns, depth = self.stored.shape
        cells = places.astype(np.intp)
        (down, right), _ = np.modf(places)
        corner = (cells[0] * columns + cells[1]) * depth + channels
        below = columns * depth
        # A neighbour beyond the edge has no weight: any number that is there will do.
        four = (
            self.stored.reshape(-1)
            .take(np.add.outer((0, depth, below, below + depth), corner), mode="clip")
            .astype(np.float32)
        )
        left, far = four[::2], four[1::2]
        top, bottom = left + (far - left) * right
        return self._real(top + (bottom - top) * down)

    def _real(self, stored: NDArray[Any]) -> Floats:
        return (stored.astype(np.float32) - np.float32(self.zero_point)) * np.float32(self.scale)


class Tensors(NamedTuple):
    """A PoseNet's outputs for one image."""

    heatmaps: Field
    """(rows, columns, 17) logits."""
    short: Field
    """(rows, columns, 34) offsets in cells, 17 y then 17 x."""
    mid: Field | None
    """(rows, columns, 64) offsets in cells, in the order of :data:`EDGES`; None if the network has none."""
    stride: float
    """Input pixels from one cell to the next."""


def nearer(short: Field, places: Floats, parts: Cells) -> Floats:
    """Follow the short offsets of the cells nearest to the places of the keypoints ``parts``."""
    cells = (places + 0.5).astype(np.intp)
    return short.inside(cells + short.at(cells, OFFSETS[:, parts]))
