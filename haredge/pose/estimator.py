"""A pose network behind the seam: fits the picture, runs the network, decides whether somebody is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from haredge.core.types import Frame, Image, Keypoints, Pose
from haredge.inference.tflite import Array, Network, Tensor
from haredge.pose import image
from haredge.pose.image import Fitted
from haredge.pose.region import Region


class Form(Protocol):
    """What tells one form of pose network from another."""

    @property
    def min_pose_score(self) -> float:
        """Least :func:`presence` at which somebody counts as being there."""

    @property
    def float_range(self) -> tuple[float, float]:
        """What a network with float input wants in place of the bytes 0 and 255."""

    def decode(self, outputs: Sequence[Array]) -> Keypoints | None:
        """Turn the network's outputs, as stored, into (17, 3) x, y in input pixels and score; None for nobody."""


SUREST: Final = 5


def presence(keypoints: Keypoints) -> float:
    """Tell how surely there is a person: mean score of the five surest keypoints.

    The mean of all 17 tells people from empty rooms less well: of someone at a desk half of the body is hidden.
    """
    return float(np.partition(keypoints[:, 2], -SUREST)[-SUREST:].mean())


class PoseNetwork:
    """Finds the dominant person with a TFLite network; implements :class:`haredge.core.seams.PoseEstimator`."""

    def __init__(self, network: Network, form: Form, *, min_pose_score: float | None = None) -> None:
        """Take a network and the form that it has; ``min_pose_score`` overrides the form's own."""
        self.network: Final = network
        self.form: Final = form
        self.min_pose_score: Final = form.min_pose_score if min_pose_score is None else min_pose_score
        _, height, width, _ = network.input.shape
        self._size = (height, width)

    @property
    def input_size(self) -> tuple[int, int]:
        """(height, width) of the network's input in pixels."""
        return self._size

    def estimate(self, frame: Frame, region: Region | None = None) -> Pose | None:
        """Return the dominant person's pose in pixels of ``frame.image``, or None where nobody is in view.

        With a ``region``, only that part of the picture is looked at. Keypoints beyond the picture's edge are put on
        the edge.
        """
        fitted = self.fit(frame.image if region is None else region.of(frame.image))
        keypoints = self.form.decode(self.network.run(self.stored(fitted.pixels)))
        if keypoints is None or not np.isfinite(keypoints).all() or presence(keypoints) < self.min_pose_score:
            return None
        height, width = frame.image.shape[:2]
        corner = np.array((0, 0) if region is None else (region.left, region.top), np.float32)
        xy = fitted.letterbox.to_picture(keypoints[:, :2]) + corner
        keypoints[:, :2] = np.clip(xy, 0, (width - 1, height - 1))
        return Pose(frame.t, keypoints)

    def fit(self, picture: Image) -> Fitted:
        """Fit a BGR picture into the network's input."""
        return image.fit(picture, self._size)

    def stored(self, pixels: Image) -> Array:
        """Turn RGB bytes of the input's size into what the input tensor stores."""
        return _stored(pixels[None], self.network.input, self.form.float_range)


def _stored(pixels: Image, tensor: Tensor, float_range: tuple[float, float]) -> Array:
    if tensor.dtype == np.uint8:
        return pixels
    if tensor.dtype == np.int8:
        return (pixels ^ 0x80).view(np.int8)
    low, high = float_range if tensor.dtype.kind == "f" else (0.0, 255.0)
    return (pixels * ((high - low) / 255) + low).astype(tensor.dtype)
