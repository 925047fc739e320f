"""Pose estimation: fits the image, runs the network, decides who is a person."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import ModelError
from haredge.core.types import Box, Frame, Image, Pose
from haredge.inference.engine import Array, Engine, Tensor
from haredge.pose import fitting
from haredge.pose.decoder import Detection, PoseDecoder
from haredge.pose.fitting import LetterboxedImage
from haredge.pose.region import Region


class RegionEstimator(Protocol):
    """Finds people in a frame, or in a region of it."""

    @property
    def min_pose_score(self) -> float:
        """Least :attr:`Pose.presence` at which a person who was not there before counts."""

    @property
    def most_people(self) -> int:
        """Number of people that one inference can find."""

    @property
    def confirms_new(self) -> bool:
        """Whether a person who is new counts only if a second pass, on a crop around them, finds them too."""

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        """Return the poses found in pixels of the whole image, the highest presence first.

        Poses of a presence below :attr:`min_pose_score` are among them: they may be people who are known.
        """


def new_people(estimator: RegionEstimator, frame: Frame, region: Region | None = None) -> list[Pose]:
    """Return those found whose presence suffices for a person who is new."""
    return [pose for pose in estimator.estimate(frame, region) if pose.presence >= estimator.min_pose_score]


class NetworkPoseEstimator:
    """Finds people with a pose network; implements :class:`RegionEstimator`."""

    def __init__(
        self,
        engine: Engine,
        decoder: PoseDecoder,
        *,
        min_pose_score: float | None = None,
        min_tracked_score: float | None = None,
    ) -> None:
        """Take a network and the decoder of its architecture; the scores override the decoder's own.

        Raises :class:`ModelError` if the network's input is not an image.
        """
        if engine.input.image_size is None:
            raise ModelError(f"{engine.title}: its input of {engine.input.shape} is not a colour image")
        self.engine: Final = engine
        self.decoder: Final = decoder
        self.min_pose_score: Final = decoder.min_pose_score if min_pose_score is None else min_pose_score
        tracked = decoder.min_tracked_score if min_tracked_score is None else min_tracked_score
        self.min_tracked_score: Final = min(tracked, self.min_pose_score)
        self.most_people: Final = decoder.most_people
        self.confirms_new: Final = decoder.confirms_new
        self.input_size: Final = engine.input.image_size
        """(height, width) of the network's input in pixels."""

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        """Return the poses of a presence of ``min_tracked_score`` or more, in pixels of ``frame.image``.

        The highest presence comes first. With a ``region``, the network runs on that part of the image only. Keypoints
        and boxes beyond the image's edge are put on the edge.
        """
        fitted = self.fit(frame.image if region is None else region.of(frame.image))
        people = self.decoder.decode(self.engine.run(self.stored(fitted.pixels)), self.min_tracked_score)
        return tuple(_pose(person, fitted, frame, region) for person in people if _is_finite(person))

    def fit(self, image: Image) -> LetterboxedImage:
        """Fit a BGR image into the network's input."""
        return fitting.fit(image, self.input_size)

    def stored(self, pixels: Image) -> Array:
        """Turn RGB bytes of the input's size into what the input tensor stores."""
        tensor = self.engine.input
        return _stored(tensor.batch(pixels), tensor, self.decoder.float_range)


def _is_finite(person: Detection) -> bool:
    return bool(np.isfinite(person.keypoints).all() and np.isfinite((person.presence, *(person.box or ()))).all())


def _pose(person: Detection, fitted: LetterboxedImage, frame: Frame, region: Region | None) -> Pose:
    """Move a person from pixels of the network's input to pixels of the image."""
    height, width = frame.size

    def placed(xy: NDArray[np.floating]) -> NDArray[np.float32]:
        moved = fitted.letterbox.to_image(xy)
        moved = moved if region is None else region.to_image(moved)
        return np.asarray(np.clip(moved, 0, (width - 1, height - 1)), np.float32)

    keypoints = person.keypoints.copy()
    keypoints[:, :2] = placed(person.keypoints[:, :2])
    corners = person.box and placed(np.array(person.box).reshape(2, 2))
    box = None if corners is None else Box(*corners.min(0).tolist(), *corners.max(0).tolist())
    return Pose(frame.t, keypoints, presence=person.presence, network_box=box)


def _stored(pixels: Image, tensor: Tensor, float_range: tuple[float, float]) -> Array:
    if tensor.dtype == np.uint8:
        return pixels
    if tensor.dtype == np.int8:
        return (pixels ^ 0x80).view(np.int8)
    low, high = float_range if tensor.dtype.kind == "f" else (0.0, 255.0)
    return (pixels * ((high - low) / 255) + low).astype(tensor.dtype)
