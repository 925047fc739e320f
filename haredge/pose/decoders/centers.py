"""From person centres to poses: the decoding of haredge's own network, which finds several people in one inference.

The network's four outputs share one grid. Cell (row, column) lies at (column, row) * stride where x and y count from
the upper left corner of the input, so that a pixel's own centre is at its index + 0.5. As in CenterNet (Zhou et al.,
"Objects as Points", 2019, section 5) a peak of the centre map is a person, regression says roughly where that person's
keypoints are, and each keypoint is then snapped to the best cell of its heatmap near that place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Box
from haredge.inference.engine import Array, Engine, Tensor
from haredge.opencv import cv2
from haredge.pose.decoder import Detection

Floats = NDArray[np.float32]

KEYPOINTS: Final = 17
PEOPLE: Final = 6
"""Number of people who are decoded at most."""
REACH: Final = 0.12
"""Distance, as a share of the person's size, at which a heatmap's cell counts half of what it would at the place
that was regressed."""
LEAST_REACH: Final = 1.2
"""The same for small people, in cells."""
MARGIN: Final = 0.1
"""What a person's outline needs round the keypoints, as a share of the longer side: a head has a crown, a foot a sole.
Of 0.05 and 0.1 the one whose boxes share more with Le2i's annotated ones (Coffee_room_02: 0.71, and 0.58 with 0.05)."""
DUPLICATE: Final = 0.1
"""Two centres are one person if their keypoints differ by less than this share of the person's width and height."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """An output of y, x pairs, (rows, columns, 17, 2), dequantised only where it is read."""

    stored: Array
    scale: float = 1.0
    zero_point: int = 0

    def at(self, *index: NDArray[np.intp]) -> Floats:
        """Return the pairs of some cells, in cells; the last axis is y, x."""
        return (self.stored[index].astype(np.float32) - np.float32(self.zero_point)) * np.float32(self.scale)


@dataclass(frozen=True, slots=True)
class Maps:
    """The network's outputs for one image; ``rows`` x ``columns`` cells."""

    centre: Floats
    """(rows, columns) probability that a person's centre is here."""
    regress: Pairs
    """From here to the keypoints of the person whose centre this is."""
    heatmap: Floats
    """(17, rows, columns) probability that a keypoint is here."""
    offset: Pairs
    """From here to a keypoint near here."""


class CentersDecoder:
    """Decodes haredge's own multi-person network; implements :class:`haredge.pose.decoder.PoseDecoder`.

    Outputs are recognised by their shapes, their order does not matter: centre logits (1, rows, columns, 1), heatmap
    logits (1, rows, columns, 17), offsets (1, rows, columns, 34: y of the 17 keypoints, then x) and regression
    (1, rows, columns, 2, 17: y, x), both in cells.
    """

    architecture: ClassVar[str] = "haredge centers"
    min_pose_score: ClassVar[float] = 0.5
    min_tracked_score: ClassVar[float] = 0.2
    most_people: ClassVar[int] = PEOPLE
    confirms_new: ClassVar[bool] = True
    float_range: ClassVar[tuple[float, float]] = (-1.0, 1.0)

    def __init__(self, outputs: Sequence[Tensor], stride: int) -> None:
        """Take the network's outputs, and the number of input pixels per cell."""
        self._number = {output.shape[3:]: number for number, output in enumerate(outputs)}
        self._outputs = tuple(outputs)
        self.stride: Final = stride
        self._probabilities: dict[tuple[int, ...], Floats | None] = {
            part: _probabilities(outputs[self._number[part]]) for part in (_CENTRE, _HEATMAP)
        }

    @classmethod
    def of(cls, network: Engine) -> CentersDecoder | None:
        """Recognise the network by the shapes of its outputs; None for another network."""
        size, grids = network.input.image_size, {output.shape[1:3] for output in network.outputs}
        if size is None or len(grids) != 1 or {output.shape[3:] for output in network.outputs} != _PARTS:
            return None
        return cls(network.outputs, size[0] // next(iter(grids))[0])

    @classmethod
    def default_size(cls, size: tuple[int, int]) -> tuple[int, int]:
        """Return the (height, width) at which a bare file with an input of ``size`` runs: its own."""
        return size

    def decode(self, outputs: Sequence[Array], least: float = 0.0) -> list[Detection]:
        """Turn the network's outputs, as stored, into people, the highest presence first; see :func:`decode`."""
        return decode(self.maps(outputs), self.stride, least=least)

    def maps(self, outputs: Sequence[Array]) -> Maps:
        """Dequantise what every image needs of the network's outputs."""
        heatmap = np.ascontiguousarray(np.moveaxis(outputs[self._number[_HEATMAP]][0], 2, 0))
        return Maps(
            self._logistic(_CENTRE, outputs[self._number[_CENTRE]][0, :, :, 0]),
            self._pairs(_REGRESS, outputs),
            self._logistic(_HEATMAP, heatmap),
            self._pairs(_OFFSET, outputs),
        )

    def _logistic(self, part: tuple[int, ...], stored: Array) -> Floats:
        table = self._probabilities[part]
        if table is None:
            return _logistic(np.asarray(stored, np.float32))
        return np.asarray(cv2.LUT(stored.view(np.uint8), table), np.float32)

    def _pairs(self, part: tuple[int, ...], outputs: Sequence[Array]) -> Pairs:
        number = self._number[part]
        tensor, stored = self._outputs[number], outputs[number][0]
        stored = stored.reshape(*stored.shape[:2], 2, KEYPOINTS)
        return Pairs(np.swapaxes(stored, 2, 3), tensor.scale or 1.0, tensor.zero_point)


_CENTRE: Final = (1,)
_HEATMAP: Final = (KEYPOINTS,)
_REGRESS: Final = (2, KEYPOINTS)
_OFFSET: Final = (2 * KEYPOINTS,)
_PARTS: Final = {_CENTRE, _HEATMAP, _REGRESS, _OFFSET}


def _probabilities(tensor: Tensor) -> Floats | None:
    """Return the probability of each byte that a tensor of logits can store, by the unsigned byte; None for floats."""
    if tensor.dtype.itemsize != 1:
        return None
    return _logistic(tensor.dequantise(np.arange(256, dtype=np.uint8).view(tensor.dtype)))


def _logistic(logits: Floats) -> Floats:
    half = np.float32(0.5)
    return np.asarray(np.tanh(logits * half) * half + half, np.float32)


def decode(maps: Maps, stride: int, *, most: int = PEOPLE, least: float = 0.0) -> list[Detection]:
    """Find at most ``most`` people whose probability is ``least`` or more; ``stride`` is the number of pixels per cell.

    The highest probability comes first.
    """
    rows, columns, scores = peaks(maps.centre, most, least)
    cells = np.stack((rows, columns), 1).astype(np.float32)
    rough = cells[:, None] + maps.regress.at(rows, columns)
    keypoints = _snapped(maps, rough)
    keypoints[:, :, :2] = keypoints[:, :, 1::-1] * stride - 0.5
    return [
        Detection(keypoints[index], float(scores[index]), _outline(keypoints[index])) for index in _distinct(keypoints)
    ]


_NEIGHBOURS: Final = np.ones((3, 3), np.uint8)


def peaks(centre: Floats, most: int, least: float) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return rows, columns and values of the cells that no neighbour exceeds, highest first."""
    highest = cv2.dilate(centre, _NEIGHBOURS)
    rows, columns = np.nonzero((centre >= highest) & (centre >= least))
    order = np.argsort(-centre[rows, columns], kind="stable")[:most]
    return rows[order], columns[order], centre[rows[order], columns[order]]


def _snapped(maps: Maps, rough: Floats) -> Floats:
    """Put (people, 17, 2) rough y, x in cells on the heatmaps' best cells near; return (people, 17, 3) y, x, score."""
    height, width = maps.centre.shape
    extent = rough.max(1) - rough.min(1)
    reach = np.maximum(REACH * np.hypot(extent[:, 0], extent[:, 1]), LEAST_REACH)[:, None, None]
    away_y = np.square((np.arange(height, dtype=np.float32) - rough[:, :, 0, None]) / reach)
    away_x = np.square((np.arange(width, dtype=np.float32) - rough[:, :, 1, None]) / reach) + np.float32(1)
    worth = away_y[:, :, :, None] + away_x[:, :, None, :]
    np.divide(maps.heatmap, worth, out=worth)
    best = worth.reshape(len(rough), KEYPOINTS, height * width).argmax(2)
    row, column, joint = best // width, best % width, np.arange(KEYPOINTS)
    places = np.stack((row, column), 2) + maps.offset.at(row, column, joint)
    return np.concatenate((places, maps.heatmap[joint, row, column][:, :, None]), 2).astype(np.float32)


def _outline(keypoints: Floats) -> Box:
    """Return the box round a person of (17, 3) keypoints, hidden ones included: legs behind a table are still there."""
    low, high = keypoints[:, :2].min(0), keypoints[:, :2].max(0)
    more = MARGIN * (high - low).max()
    return Box(*(low - more).tolist(), *(high + more).tolist())


def _distinct(keypoints: Floats) -> list[int]:
    """Return the numbers of the people who are not the same as one before."""
    if len(keypoints) < 2:
        return list(range(len(keypoints)))
    xy = np.ascontiguousarray(keypoints[:, :, :2])
    extent = (xy.max(1) - xy.min(1)).sum(1)
    flat = xy.reshape(len(xy), 2 * KEYPOINTS)
    apart = np.abs(flat[:, None] - flat).sum(2) / KEYPOINTS
    same = apart <= DUPLICATE * extent[:, None]
    kept: list[int] = []
    for index in range(len(keypoints)):
        if not same[index, kept].any():
            kept.append(index)
    return kept
