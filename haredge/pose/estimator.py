"""Pose estimation: fits the image, runs the network, decides who is a person."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np

from haredge.core.errors import ModelError
from haredge.core.types import Frame, Image, Keypoints, Pose
from haredge.inference.engine import Array, Engine, Tensor
from haredge.pose import fitting
from haredge.pose.decoder import PoseDecoder
from haredge.pose.fitting import LetterboxedImage
from haredge.pose.region import Region

CONFIDENT: Final = 5
"""Number of keypoints, those of the highest scores, whose mean score counts."""


class RegionEstimator(Protocol):
    """Finds people in a frame, or in a region of it."""

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        """Return the poses found in pixels of the whole image, the most prominent person's first."""


def person_score(keypoints: Keypoints) -> float:
    """Return the score of a person in [0, 1]: the mean score of the five most confident keypoints.

    The mean of all 17 distinguishes people from empty rooms less well: half of a person at a desk is hidden.
    """
    return float(np.partition(keypoints[:, 2], -CONFIDENT)[-CONFIDENT:].mean())


class NetworkPoseEstimator:
    """Finds people with a pose network; implements :class:`RegionEstimator`."""

    def __init__(self, engine: Engine, decoder: PoseDecoder, *, min_pose_score: float | None = None) -> None:
        """Take a network and the decoder of its architecture; ``min_pose_score`` overrides the decoder's own.

        Raises :class:`ModelError` if the network's input is not an image.
        """
        if engine.input.image_size is None:
            raise ModelError(f"{engine.title}: its input of {engine.input.shape} is not a colour image")
        self.engine: Final = engine
        self.decoder: Final = decoder
        self.min_pose_score: Final = decoder.min_pose_score if min_pose_score is None else min_pose_score
        self.input_size: Final = engine.input.image_size
        """(height, width) of the network's input in pixels."""

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        """Return the poses in pixels of ``frame.image``, the most prominent person's first.

        With a ``region``, the network runs on that part of the image only. Keypoints beyond the image's edge are put on
        the edge.
        """
        fitted = self.fit(frame.image if region is None else region.of(frame.image))
        people = self.decoder.decode(self.engine.run(self.stored(fitted.pixels)))
        return tuple(
            Pose(frame.t, _placed(keypoints, fitted, frame.image, region))
            for keypoints in people
            if np.isfinite(keypoints).all() and person_score(keypoints) >= self.min_pose_score
        )

    def fit(self, image: Image) -> LetterboxedImage:
        """Fit a BGR image into the network's input."""
        return fitting.fit(image, self.input_size)

    def stored(self, pixels: Image) -> Array:
        """Turn RGB bytes of the input's size into what the input tensor stores."""
        tensor = self.engine.input
        return _stored(tensor.batch(pixels), tensor, self.decoder.float_range)


def _placed(keypoints: Keypoints, fitted: LetterboxedImage, image: Image, region: Region | None) -> Keypoints:
    """Move keypoints from pixels of the network's input to pixels of the image."""
    height, width = image.shape[:2]
    corner = np.array((0, 0) if region is None else (region.left, region.top), np.float32)
    placed = keypoints.copy()
    placed[:, :2] = np.clip(fitted.letterbox.to_image(keypoints[:, :2]) + corner, 0, (width - 1, height - 1))
    return placed


def _stored(pixels: Image, tensor: Tensor, float_range: tuple[float, float]) -> Array:
    if tensor.dtype == np.uint8:
        return pixels
    if tensor.dtype == np.int8:
        return (pixels ^ 0x80).view(np.int8)
    low, high = float_range if tensor.dtype.kind == "f" else (0.0, 255.0)
    return (pixels * ((high - low) / 255) + low).astype(tensor.dtype)
