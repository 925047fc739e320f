"""From person centres to poses: the decoding of haredge's own network, which finds several people in one inference.

The network's four outputs share one grid. Cell (row, column) lies at (column, row) * stride where x and y count from
the upper left corner of the input, so that a pixel's own centre is at its index + 0.5. As in CenterNet (Zhou et al.,
"Objects as Points", 2019, section 5) a peak of the centre map is a person, regression says roughly where that person's
keypoints are, and each keypoint is then snapped to the best cell of its heatmap near that place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

KEYPOINTS: Final = 17
REACH: Final = 0.12
"""Distance, as a share of the person's size, at which a heatmap's cell counts half of what it would at the place
that was regressed."""
LEAST_REACH: Final = 1.2
"""The same for small people, in cells."""
DUPLICATE: Final = 0.1
"""Two centres whose keypoints are nearer to each other than this share of their size are one person."""


@dataclass(frozen=True, slots=True)
class Maps:
    """The network's outputs for one image, dequantised; ``rows`` x ``columns`` cells."""

    centre: Floats
    """(rows, columns) probability that a person's centre is here."""
    regress: Floats
    """(rows, columns, 17, 2) y, x in cells from here to the keypoints of the person whose centre this is."""
    heatmap: Floats
    """(rows, columns, 17) probability that a keypoint is here."""
    offset: Floats
    """(rows, columns, 17, 2) y, x in cells from here to a keypoint near here."""


@dataclass(frozen=True, slots=True)
class People:
    """Who was found, the highest score first."""

    keypoints: Floats
    """(people, 17, 3) x, y in pixels of the input, pixel centres at whole numbers, and score in [0, 1]."""
    scores: Floats
    """(people,) probability that somebody is there, in [0, 1]."""

    def __len__(self) -> int:
        return len(self.scores)


def decode(maps: Maps, stride: int, *, most: int = 6, least: float = 0.1) -> People:
    """Find at most ``most`` people whose score is ``least`` or more; ``stride`` is the number of pixels per cell."""
    rows, columns, scores = peaks(maps.centre, most, least)
    cells = np.stack((rows, columns), 1).astype(np.float32)
    rough = cells[:, None] + maps.regress[rows, columns]
    keypoints = _snapped(maps, rough)
    keypoints[:, :, :2] = keypoints[:, :, 1::-1] * stride - 0.5
    kept = _distinct(keypoints)
    return People(keypoints[kept], scores[kept])


def peaks(centre: Floats, most: int, least: float) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return rows, columns and values of the cells that no neighbour exceeds, highest first."""
    padded = np.pad(centre, 1)
    across = np.maximum(np.maximum(padded[:, :-2], padded[:, 2:]), padded[:, 1:-1])
    highest = np.maximum(np.maximum(across[:-2], across[2:]), across[1:-1])
    rows, columns = np.nonzero((centre >= highest) & (centre >= least))
    order = np.argsort(-centre[rows, columns], kind="stable")[:most]
    return rows[order], columns[order], centre[rows[order], columns[order]]


def _snapped(maps: Maps, rough: Floats) -> Floats:
    """Put (people, 17, 2) rough y, x in cells on the heatmaps' best cells near; return (people, 17, 3) y, x, score."""
    height, width = maps.centre.shape
    extent = np.ptp(rough, axis=1)
    size = np.maximum(np.hypot(extent[:, 0], extent[:, 1]), 1e-3)
    reach = np.maximum(REACH * size, LEAST_REACH)[:, None, None]
    away_y = np.square((np.arange(height, dtype=np.float32) - rough[:, :, 0, None]) / reach)
    away_x = np.square((np.arange(width, dtype=np.float32) - rough[:, :, 1, None]) / reach) + np.float32(1)
    worth = np.moveaxis(maps.heatmap, 2, 0) / (away_y[:, :, :, None] + away_x[:, :, None, :])
    best = worth.reshape(len(rough), KEYPOINTS, height * width).argmax(2)
    row, column, joint = best // width, best % width, np.arange(KEYPOINTS)
    places = np.stack((row, column), 2) + maps.offset[row, column, joint]
    return np.concatenate((places, maps.heatmap[row, column, joint][:, :, None]), 2).astype(np.float32)


def _distinct(keypoints: Floats) -> list[int]:
    """Return the numbers of the people who are not the same as one before."""
    kept: list[int] = []
    for index, person in enumerate(keypoints):
        size = np.hypot(*np.ptp(person[:, :2], axis=0))
        apart = [np.median(np.hypot(*(person[:, :2] - keypoints[other, :, :2]).T)) for other in kept]
        if all(distance > DUPLICATE * size for distance in apart):
            kept.append(index)
    return kept
