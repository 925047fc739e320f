"""Synthetic people before a synthetic camera, seen without an image by a tracker that knows them apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from haredge.core.types import Frame, Keypoints, Pose
from haredge.synthetic.camera import SyntheticCamera
from haredge.synthetic.kinematics import Spot, joints_of, place
from haredge.synthetic.motions import MOTIONS
from haredge.synthetic.skeleton import Bones, coco_points

HZ = 10
IMAGE = np.zeros((480, 640, 3), np.uint8)
CAMERA = SyntheticCamera((0.0, 1.4, 5.0), (0.0, 0.9, 0.0), 500.0, (640, 480))
Path2d = Callable[[float], Spot]
"""Where a person is, by seconds."""


@dataclass(frozen=True)
class Someone:
    """A synthetic person: what they do, where, and when they are in view."""

    track: int
    label: str
    where: Path2d
    comes: float = 0.0
    goes: float = 99.0
    blinks: frozenset[int] = frozenset()
    """Frames in which the network does not find them."""

    def poses(self, seconds: float) -> Mapping[int, Pose]:
        """Return the person's poses by frame."""
        rng = np.random.default_rng(self.track)
        move, bones = MOTIONS[self.label](rng), Bones.of(1.6 + 0.05 * self.track, np.ones(11))
        frames = range(round(self.comes * HZ), round(min(self.goes, seconds) * HZ))
        return {
            frame: Pose(
                frame / HZ, self._seen(place(move(frame / HZ), self.where(frame / HZ), bones.leg), bones), self.track
            )
            for frame in frames
            if frame not in self.blinks
        }

    @staticmethod
    def _seen(posture: np.ndarray, bones: Bones) -> Keypoints:
        xy, _ = CAMERA.project(coco_points(joints_of(posture, bones), bones))
        return np.column_stack([xy, np.full(17, 0.8)]).astype(np.float32)


def still(x: float) -> Path2d:
    return lambda _: Spot(x, 0.0, 0.0)


def walking(start: float, end: float, seconds: float) -> Path2d:
    heading = 90.0 if end > start else -90.0
    return lambda t: Spot(start + (end - start) * min(t / seconds, 1.0), 0.0, heading)


def meeting(side: float, nearest: float) -> Path2d:
    """Come up to one another, and part again."""
    return lambda t: Spot(side * (nearest + 1.5 * abs(1 - min(t / 4, 2))), 0.0, -90.0 * side)


class KnownApart:
    """An estimator that finds these people, at :data:`HZ` frames per second, in each frame in another order."""

    def __init__(self, people: Sequence[Someone], seconds: float, seed: int = 0) -> None:
        self._poses = [someone.poses(seconds) for someone in people]
        self._rng = np.random.default_rng(seed)

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Return the poses of those in view."""
        found = [each[frame.index] for each in self._poses if frame.index in each]
        return tuple(found[number] for number in self._rng.permutation(len(found)))


def frames(seconds: float) -> list[Frame]:
    """Return black images at :data:`HZ` frames per second."""
    return [Frame(number, number / HZ, IMAGE) for number in range(round(seconds * HZ))]
