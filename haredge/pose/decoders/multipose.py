"""From MoveNet MultiPose's output to poses.

As its model card says (https://www.kaggle.com/models/google/movenet): RGB values 0 to 255 in, height and width
multiples of 32; out (1, 6, 56): for each of up to six people 17 times y, x, score in COCO's order, then the box's
ymin, xmin, ymax, xmax, then the person's score. Coordinates are shares of the input's height and width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PEOPLE: Final = 6
SHAPE: Final = (1, PEOPLE, 56)
"""Shape of the network's only output."""
LEAST: Final = 0.18
"""Score from which somebody is there: at an input of 192x192, 0.017 of 234 rooms without people reach it."""

_KEYPOINTS: Final = 17
_BOX: Final = slice(51, 55)
_SCORE: Final = 55


@dataclass(frozen=True, slots=True)
class People:
    """Who was found, the highest score first."""

    keypoints: Floats
    """(people, 17, 3) x, y in pixels of the input, pixel centres at whole numbers, and score in [0, 1]."""
    boxes: Floats
    """(people, 4) left, top, right, bottom in pixels of the input."""
    scores: Floats
    """(people,) score in [0, 1] that somebody is there."""

    def __len__(self) -> int:
        return len(self.scores)


def decode(output: NDArray[np.floating], size: tuple[int, int], *, least: float = LEAST) -> People:
    """Turn the network's output (1, 6, 56) for an input of (height, width) pixels into the people it found.

    People whose score is less than ``least``, or not a number, are left out.
    """
    rows = np.asarray(output, np.float32).reshape(PEOPLE, SHAPE[2])
    rows = rows[rows[:, _SCORE] >= least]
    rows = rows[np.isfinite(rows).all(1)]
    rows = rows[np.argsort(-rows[:, _SCORE], kind="stable")]
    height, width = size
    places = rows[:, : 3 * _KEYPOINTS].reshape(-1, _KEYPOINTS, 3)
    # The image's left edge is half a pixel left of the first pixel's centre.
    x, y, score = places[:, :, 1] * width - 0.5, places[:, :, 0] * height - 0.5, places[:, :, 2]
    top, left, bottom, right = rows[:, _BOX].T
    boxes = np.stack((left * width, top * height, right * width, bottom * height), 1) - np.float32(0.5)
    return People(np.stack((x, y, score), 2), boxes, rows[:, _SCORE])
