"""Motion capture: 3D joints over time with a label, and its projection from any side."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity.features import JOINTS
from haredge.core.errors import DataError
from haredge.core.labels import composed
from haredge.datasets.archives import UNREADABLE, open_arrays
from haredge.datasets.clips import LabelledClip, array_names, from_joints

log = logging.getLogger(__name__)

QUIET: Final = 0.3
"""Share of the speed of a motion's busiest frames below which the person stands about."""

LEAST_TRIMMED_S: Final = 0.8
"""Seconds that must be left of a motion for it to be trimmed."""

Joints3D = NDArray[np.float32]
"""(..., 13, 3) metres: x, y up, z; the common joints in their order."""


@dataclass(frozen=True, slots=True)
class Motion:
    """One person's movement in space."""

    name: str
    label: str
    times: NDArray[np.float64]
    """(n,) growing seconds."""
    joints: Joints3D
    """(n, 13, 3)."""
    subject: str
    source: str
    """The data set."""

    @property
    def person(self) -> str:
        """Who moves, in all data sets: the group of the clips that are made of the motion."""
        return f"{self.source} {self.subject}"


def read(path: Path) -> list[Motion]:
    """Read a file of ``skeletons3d``: ``joints, offset, label, name, subject, fps`` (its README has the shapes).

    A data set that does not distinguish its subjects ("?") counts every recording as a subject of its own. Recordings
    that are not whole are left out, and logged. Raises :class:`DataError` if the file cannot be read.
    """
    try:
        with open_arrays(path) as arrays:
            joints, offset = arrays["joints"].astype(np.float32), arrays["offset"]
            columns = [arrays[key] for key in ("label", "name", "subject", "fps")]
        rates_hz = columns[-1].astype(np.float64)
        _check(joints, offset, columns, rates_hz)
    except UNREADABLE as error:
        raise DataError(f"{path}: not a file of 3D motions: {error}") from None
    rows = list(zip(*(map(str, column) for column in columns[:-1]), rates_hz.tolist(), strict=True))
    bodies = np.split(joints, offset[1:-1])
    whole = [_whole(body) for body in bodies]
    if not all(whole):
        log.warning(
            "%s: %d of %d movements left out (%r, ...): joints are missing in them, or arms end at the elbows",
            *(path, whole.count(False), len(whole), rows[whole.index(False)][1]),
        )
    return [
        Motion(
            name,
            composed(label),
            np.arange(len(body)) / fps,
            body,
            subject=name if subject == "?" else composed(subject),
            source=path.stem,
        )
        for (label, name, subject, fps), body, usable in zip(rows, bodies, whole, strict=True)
        if usable
    ]


def _check(
    joints: Joints3D, offset: NDArray[Any], columns: Sequence[NDArray[Any]], rates_hz: NDArray[np.float64]
) -> None:
    if joints.shape != (len(joints), len(JOINTS), 3):
        raise ValueError(f"needed are joints (frames, {len(JOINTS)}, 3)")
    if {column.shape for column in columns} != {(len(rates_hz),)}:
        raise ValueError("needed are a label, name, subject and fps of each movement")
    if not ((rates_hz > 0) & np.isfinite(rates_hz)).all():
        raise ValueError("needed are frames per second, fps, above 0")
    if offset.shape != (len(rates_hz) + 1,) or offset.dtype.kind not in "iu":
        raise ValueError("needed is the offset of each movement, and the end of the last")
    if offset[0] != 0 or offset[-1] != len(joints) or (offset[1:] < offset[:-1]).any():
        raise ValueError(f"offset must grow from 0 to the number of frames, {len(joints)}")


_FOREARMS: Final = [(JOINTS.index(f"{side}_elbow"), JOINTS.index(f"{side}_wrist")) for side in ("left", "right")]


def _whole(body: Joints3D) -> bool:
    """Whether a body has all its joints in two frames or more, and arms beyond the elbows, as none of `cmu8` has."""
    if len(body) < 2 or not np.isfinite(body).all():
        return False
    forearms = [np.linalg.norm(body[:, elbow] - body[:, wrist], axis=-1) for elbow, wrist in _FOREARMS]
    return bool(np.median(forearms) > 0.05)


def trimmed(motion: Motion) -> Motion:
    """Cut off the standing about before and after what the label means.

    Quiet are the frames in which the joints move slower than :data:`QUIET` times their busiest (90th percentile).
    """
    busy = np.flatnonzero(_speeds(motion) >= QUIET * np.quantile(_speeds(motion), 0.9))
    first, last = int(busy[0]), int(busy[-1]) + 1
    if motion.times[last] - motion.times[first] < LEAST_TRIMMED_S:
        return motion
    keep = slice(first, last + 1)
    return replace(motion, times=motion.times[keep], joints=motion.joints[keep])


def _speeds(motion: Motion) -> NDArray[np.float64]:
    """Mean speed of the joints between each two frames, smoothed over a fifth of a second: (n - 1,) metres a second."""
    steps = np.linalg.norm(np.diff(motion.joints, axis=0), axis=-1).mean(axis=-1) / np.diff(motion.times)
    width = max(1, round(0.2 / float(np.median(np.diff(motion.times)))))
    return np.convolve(steps, np.ones(width) / width, mode="same") if len(steps) >= width else steps


class Stance(Enum):
    """How a person holds the body."""

    STANDING = "standing"
    SITTING = "sitting"
    LYING = "lying"
    OTHER = "other"


def stances(joints: Joints3D) -> list[Stance]:
    """Return how each body (n, 13, 3) is held, by the directions of torso and thighs."""
    shoulders, hips, knees, ankles = (joints[:, [i, i + 1]].mean(axis=1) for i in (1, 7, 9, 11))
    torso, thigh, leg = (_rise(low, high) for low, high in ((hips, shoulders), (knees, hips), (ankles, hips)))
    straight = np.linalg.norm(hips - ankles, axis=-1) / _length(hips, knees, ankles)
    lying = (torso < 0.4) & (np.abs(leg) < 0.5)
    standing = (torso > 0.85) & (leg > 0.9) & (straight > 0.95)
    sitting = (torso > 0.75) & (np.abs(thigh) < 0.45) & (straight < 0.9)
    named = [(standing, Stance.STANDING), (sitting, Stance.SITTING), (lying, Stance.LYING)]
    return [next((stance for is_so, stance in named if is_so[i]), Stance.OTHER) for i in range(len(joints))]


def _rise(low: Joints3D, high: Joints3D) -> Joints3D:
    """Sine of the slope from one joint to another: 1 straight up, 0 level."""
    way = high - low
    rise: Joints3D = way[:, 1] / np.maximum(np.linalg.norm(way, axis=-1), 1e-6)
    return rise


def _length(a: Joints3D, b: Joints3D, c: Joints3D) -> Joints3D:
    length: Joints3D = np.linalg.norm(a - b, axis=-1) + np.linalg.norm(b - c, axis=-1)
    return np.maximum(length, np.float32(1e-6))


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


def is_motions(path: Path) -> bool:
    """Return whether a path has the form of a file of motion capture."""
    return {"joints", "offset"} <= set(array_names(path))


def read_filmed(path: Path, seed: int = 7) -> list[LabelledClip]:
    """Read a file of motions as clips, each cut to what its label means and seen by a camera of its own.

    Raises :class:`DataError` if it cannot be read or has no movement that is whole.
    """
    motions, rng = read(path), np.random.default_rng(seed)
    if not motions:
        raise DataError(
            f"{path}: no movement in it has all of a body's joints, arms that reach beyond the elbows included"
        )
    return [filmed(trimmed(motion), rng) for motion in motions]


def filmed(motion: Motion, rng: np.random.Generator) -> LabelledClip:
    """Make a clip of a motion as a camera at a place of its own sees it: the motion's label, group the subject."""
    places = project(motion.joints[None], rng)[0]
    keypoints = from_joints(places, np.ones(places.shape[:-1]))
    return LabelledClip(motion.name, motion.label, motion.times, keypoints, motion.person)
