"""Motion capture as a camera sees it, from any side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import DataError
from haredge.datasets.clips import LabelledClip, from_joints
from haredge.datasets.motions import Joints3D, Motion, read, trimmed

_SEED: Final = 7
"""Of the cameras that see the clips of a file."""


@dataclass(frozen=True, slots=True)
class CameraRange:
    """Where cameras may hang, from which :func:`project` draws one for each window."""

    elevation_deg: tuple[float, float] = (-10.0, 35.0)
    """Above the level of the body's middle; a camera on the ceiling points down."""
    distance_m: tuple[float, float] = (1.8, 8.0)
    roll_deg: float = 5.0
    """Standard deviation of the camera's tilt."""


ANYWHERE: Final = CameraRange()


def project(joints: Joints3D, rng: np.random.Generator, cameras: CameraRange = ANYWHERE) -> NDArray[np.float32]:
    """Project each window of joints (m, poses, 13, 3) through a pinhole camera of its own: (m, poses, 13, 2).

    A camera stands still and points at the middle of its window, from any side. x to the right, y down, in an
    arbitrary unit, as features know neither the image's size nor the person's place in it.
    """
    count = len(joints)
    middle = joints.mean(axis=(1, 2), keepdims=True)
    azimuth = rng.uniform(0, 2 * np.pi, count)
    elevation = np.radians(rng.uniform(*cameras.elevation_deg, count))
    nearest, farthest = np.log(cameras.distance_m)
    distance = np.exp(rng.uniform(nearest, farthest, count))[:, None, None]
    seen = np.einsum("mij,mpkj->mpki", _rotations(azimuth, elevation), joints - middle)
    # However near the camera, no one reaches through its lens.
    depth = np.maximum(distance + seen[..., 2], 0.5)
    image = np.stack([seen[..., 0], -seen[..., 1]], axis=-1) / depth[..., None]
    return _rolled(image, np.radians(rng.normal(0, cameras.roll_deg, count))).astype(np.float32)


def _rotations(azimuth: NDArray[np.float64], elevation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows: the camera's right, up and forward axes in the world's coordinates, (m, 3, 3)."""
    forward = np.stack(
        [np.cos(elevation) * np.sin(azimuth), -np.sin(elevation), np.cos(elevation) * np.cos(azimuth)], axis=-1
    )
    right = np.stack([-np.cos(azimuth), np.zeros_like(azimuth), np.sin(azimuth)], axis=-1)
    return np.stack([right, np.cross(right, forward), forward], axis=-2)


def _rolled(image: NDArray[np.float64], angle: NDArray[np.float64]) -> NDArray[np.float64]:
    cos, sin = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    x, y = image[..., 0], image[..., 1]
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)


def read_filmed(path: Path) -> list[LabelledClip]:
    """Read a file of motions as clips, each cut to what its label means and seen by a camera of its own.

    Raises :class:`DataError` if it cannot be read or has no movement that is whole.
    """
    motions, rng = read(path), np.random.default_rng(_SEED)
    if not motions:
        raise DataError(
            f"{path}: no movement in it has all of a body's joints, arms that reach beyond the elbows included"
        )
    return [_filmed(trimmed(motion), rng) for motion in motions]


def _filmed(motion: Motion, rng: np.random.Generator) -> LabelledClip:
    """Make a clip of a motion as a camera at a place of its own sees it: the motion's label, group the subject."""
    places = project(motion.joints[None], rng)[0]
    keypoints = from_joints(places, np.ones(places.shape[:-1]))
    return LabelledClip(motion.name, motion.label, motion.times, keypoints, motion.person)
