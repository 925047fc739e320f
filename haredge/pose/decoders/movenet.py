"""Networks of MoveNet SinglePose's architecture: keypoints given directly.

As its model card says (https://www.kaggle.com/models/google/movenet): RGB values 0 to 255 in, and out (1, 1, 17, 3)
y, x in fractions of the input and score in [0, 1], in COCO's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from haredge.core.keypoints import NAMES
from haredge.core.types import Keypoints
from haredge.inference.engine import Array, Engine, Tensor

SHAPE = (1, 1, len(NAMES), 3)


class MoveNetDecoder:
    """Decodes a MoveNet's output; implements :class:`haredge.pose.decoder.PoseDecoder`."""

    architecture: ClassVar[str] = "MoveNet"
    min_pose_score: ClassVar[float] = 0.4
    float_range: ClassVar[tuple[float, float]] = (0.0, 255.0)

    def __init__(self, output: Tensor, size: tuple[int, int]) -> None:
        """Take the network's output, and the (height, width) of its input."""
        self._output = output
        self._scale = np.array([size[1], size[0], 1], np.float32)

    @classmethod
    def of(cls, network: Engine) -> MoveNetDecoder | None:
        """Recognise a MoveNet by the shape of its output; None for another network."""
        size = network.input.image_size
        if size is None or [output.shape for output in network.outputs] != [SHAPE]:
            return None
        return cls(network.outputs[0], size)

    def decode(self, outputs: Sequence[Array]) -> tuple[Keypoints]:
        """Turn the network's output into one person's keypoints in input pixels."""
        y, x, score = self._output.dequantise(outputs[0])[0, 0].T
        # The image's left edge is half a pixel left of the first pixel's centre.
        keypoints: Keypoints = np.stack([x, y, score], axis=1) * self._scale - (0.5, 0.5, 0)
        return (keypoints.astype(np.float32),)
