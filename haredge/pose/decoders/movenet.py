"""Networks of MoveNet SinglePose's architecture: keypoints given directly.

As its model card says (https://www.kaggle.com/models/google/movenet): RGB values 0 to 255 in, and out (1, 1, 17, 3)
y, x in fractions of the input and score in [0, 1], in COCO's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from haredge.core.keypoints import NAMES
from haredge.inference.engine import Array, Engine, Tensor
from haredge.pose.decoder import Detection, person_score

SHAPE = (1, 1, len(NAMES), 3)


class MoveNetDecoder:
    """Decodes a MoveNet's output; implements :class:`haredge.pose.decoder.PoseDecoder`."""

    architecture: ClassVar[str] = "MoveNet"
    min_pose_score: ClassVar[float] = 0.4
    min_tracked_score: ClassVar[float] = 0.3
    most_people: ClassVar[int] = 1
    confirms_new: ClassVar[bool] = False
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

    @classmethod
    def default_size(cls, size: tuple[int, int]) -> tuple[int, int]:
        """Return the (height, width) at which a bare file with an input of ``size`` runs: its own."""
        return size

    def decode(self, outputs: Sequence[Array], least: float = 0.0) -> tuple[Detection, ...]:
        """Turn the network's output into the one person that it can find."""
        y, x, score = self._output.dequantise(outputs[0])[0, 0].T
        # The image's left edge is half a pixel left of the first pixel's centre.
        keypoints = (np.stack([x, y, score], axis=1) * self._scale - (0.5, 0.5, 0)).astype(np.float32)
        presence = person_score(keypoints)
        return () if presence < least else (Detection(keypoints, presence),)
