"""From MoveNet MultiPose's output to poses.

As its model card says (https://www.kaggle.com/models/google/movenet): RGB values 0 to 255 in, height and width
multiples of 32; out (1, 6, 56): for each of up to six people 17 times y, x, score in COCO's order, then the box's
ymin, xmin, ymax, xmax, then the person's score. Coordinates are shares of the input's height and width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Box
from haredge.inference.engine import Array, Engine, Tensor
from haredge.pose.decoder import Detection

PEOPLE: Final = 6
SHAPE: Final = (1, PEOPLE, 56)
"""Shape of the network's only output."""

DEFAULT_SIZE: Final = (192, 192)
"""Input of a bare file: as published, it has an input of any size, to be chosen by who uses it."""

_STEP: Final = 32
_KEYPOINTS: Final = 17
_BOX: Final = slice(51, 55)
_SCORE: Final = 55


class MultiPoseDecoder:
    """Decodes MoveNet MultiPose; implements :class:`haredge.pose.decoder.PoseDecoder`."""

    architecture: ClassVar[str] = "MoveNet MultiPose"
    min_pose_score: ClassVar[float] = 0.18
    """At an input of 192x192, 0.017 of 234 rooms without people reach it."""
    min_tracked_score: ClassVar[float] = 0.05
    """At 0.1 a person on the floor is found in 0.94 of the frames of Le2i's Coffee_room_02, at 0.05 in 0.99."""
    most_people: ClassVar[int] = PEOPLE
    confirms_new: ClassVar[bool] = False
    float_range: ClassVar[tuple[float, float]] = (0.0, 255.0)

    def __init__(self, output: Tensor, size: tuple[int, int]) -> None:
        """Take the network's output, and the (height, width) of its input."""
        self._output, self._size = output, size

    @classmethod
    def of(cls, network: Engine) -> MultiPoseDecoder | None:
        """Recognise a MoveNet MultiPose by the shape of its output; None for another network."""
        size = network.input.image_size
        if size is None or [output.shape for output in network.outputs] != [SHAPE]:
            return None
        return cls(network.outputs[0], size)

    @classmethod
    def default_size(cls, size: tuple[int, int]) -> tuple[int, int]:
        """Return the (height, width) at which a bare file with an input of ``size`` runs."""
        return DEFAULT_SIZE if size[0] % _STEP or size[1] % _STEP else size

    def decode(self, outputs: Sequence[Array], least: float = 0.0) -> list[Detection]:
        """Turn the network's output into people, the highest presence first."""
        return decode(self._output.dequantise(outputs[0]), self._size, least)


def decode(output: NDArray[np.floating], size: tuple[int, int], least: float = 0.0) -> list[Detection]:
    """Turn the network's output (1, 6, 56) for an input of (height, width) pixels into the people it found.

    People whose score is less than ``least`` are left out; rows that are not numbers are passed on.
    """
    rows = np.asarray(output, np.float32).reshape(PEOPLE, SHAPE[2])
    rows = rows[~(rows[:, _SCORE] < least)]
    rows = rows[np.argsort(-rows[:, _SCORE], kind="stable")]
    height, width = size
    places = rows[:, : 3 * _KEYPOINTS].reshape(-1, _KEYPOINTS, 3)
    # The image's left edge is half a pixel left of the first pixel's centre.
    x, y, score = places[:, :, 1] * width - 0.5, places[:, :, 0] * height - 0.5, places[:, :, 2]
    top, left, bottom, right = rows[:, _BOX].T
    boxes = np.stack((left * width, top * height, right * width, bottom * height), 1) - np.float32(0.5)
    keypoints = np.stack((x, y, score), 2)
    return [
        Detection(person, presence, Box(*box))
        for person, presence, box in zip(keypoints, rows[:, _SCORE].tolist(), boxes.tolist(), strict=True)
    ]
