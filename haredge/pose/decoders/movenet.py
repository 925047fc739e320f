"""The form of network that MoveNet SinglePose has: keypoints given directly.

As its model card says (https://www.kaggle.com/models/google/movenet): RGB values 0 to 255 in, and out (1, 1, 17, 3)
y, x in fractions of the input and score in [0, 1], in COCO's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from haredge.core.keypoints import NAMES
from haredge.core.types import Keypoints
from haredge.inference.tflite import Array, Network

SHAPE = (1, 1, len(NAMES), 3)


class MoveNet:
    """Decodes a MoveNet's output; implements :class:`haredge.pose.estimator.Form`."""

    min_pose_score: ClassVar[float] = 0.4
    float_range: ClassVar[tuple[float, float]] = (0.0, 255.0)

    def __init__(self, network: Network) -> None:
        """Take a network that :meth:`of` recognises."""
        self._output = network.outputs[0]
        _, height, width, _ = network.input.shape
        self._scale = np.array([width, height, 1], np.float32)

    @classmethod
    def of(cls, network: Network) -> MoveNet | None:
        """Recognise a MoveNet by the shape of its output; None for another network."""
        return cls(network) if [output.shape for output in network.outputs] == [SHAPE] else None

    def decode(self, outputs: Sequence[Array]) -> Keypoints:
        """Turn the network's output into keypoints in input pixels."""
        y, x, score = self._output.dequantise(outputs[0])[0, 0].T
        # The picture's left edge is half a pixel left of the first pixel's centre.
        keypoints: Keypoints = np.stack([x, y, score], axis=1) * self._scale - (0.5, 0.5, 0)
        return keypoints.astype(np.float32)
