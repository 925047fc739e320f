"""What a pose network would find of a simulated person: from a camera somewhere, behind furniture now and then.

Nothing is rendered: the true keypoints get the errors that a pose network makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Box, Pose
from haredge.synthetic.camera import SyntheticCamera
from haredge.synthetic.ground_truth import HIDDEN, OUTSIDE, true_keypoints
from haredge.synthetic.skeleton import Bones, Floats, coco_points
from research.falls.replay import PoseFrame

SIZE: Final = (240, 320)
"""(height, width) of the images in pixels."""

FURNITURE: Final = 0.25
"""Share of replays in which a piece of furniture hides what is low behind it."""

WOBBLE: Final = 0.02
"""Standard deviation of a keypoint's error, in heights of the person."""
DRIFT: Final = 0.5
"""How much of an error stays until the next frame."""
FEWEST: Final = 6
"""Fewest keypoints in view of which a person is detected."""
MARGIN: Final = 0.05
"""How much the box is larger than the keypoints, in heights of the person."""
LOST: Final = (0.0, 0.35)
"""Least and most share of frames in which the person is not detected."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """An upright board in the room, between two places on the floor, that hides what is behind it."""

    ends: Floats
    """(2, 2) x and z in metres."""
    height: float

    @classmethod
    def random(cls, rng: np.random.Generator) -> Furniture:
        """Put a table, a sofa or a bed near the middle of the room."""
        middle, angle = rng.normal(0, 0.8, 2), rng.uniform(0, np.pi)
        half = rng.uniform(0.4, 1.0) * np.array([np.cos(angle), np.sin(angle)])
        return cls(np.stack([middle - half, middle + half]), float(rng.uniform(0.4, 0.9)))

    def hides(self, points: Floats, eye: Floats) -> NDArray[np.bool_]:
        """Return for each of (n, 3) points whether the board is between it and the eye."""
        start, along = self.ends[0], self.ends[1] - self.ends[0]
        sight = points[:, [0, 2]] - eye[[0, 2]]
        turn = sight[:, 0] * along[1] - sight[:, 1] * along[0]
        turn = np.where(np.abs(turn) < 1e-9, 1e-9, turn)
        to_board = start - eye[[0, 2]]
        far = (to_board[0] * along[1] - to_board[1] * along[0]) / turn
        across = (to_board[0] * sight[:, 1] - to_board[1] * sight[:, 0]) / turn
        height = eye[1] + far * (points[:, 1] - eye[1])
        return np.asarray((far > 0) & (far < 1) & (across >= 0) & (across <= 1) & (height < self.height))


class Eye:
    """A camera with a pose network: it errs, the more so the less it sees, and misses people."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Hang a camera somewhere, which draws from ``rng`` from now on."""
        self.camera: Final = _camera(rng)
        self._rng = rng
        self._error = np.zeros((17, 2))
        self._lost = rng.uniform(*LOST)
        self.furniture: Final = Furniture.random(rng) if rng.random() < FURNITURE else None

    def watch(self, times: Sequence[float], bodies: Sequence[Floats | None], bones: Bones) -> tuple[PoseFrame, ...]:
        """Return what is found of a person's joints (20, 3) at these times; None while they are away."""
        poses = [None if body is None else self._look(t, body, bones) for t, body in zip(times, bodies, strict=True)]
        return tuple(PoseFrame(t, () if pose is None else (pose,)) for t, pose in zip(times, poses, strict=True))

    def _look(self, t: float, joints: Floats, bones: Bones) -> Pose | None:
        camera = self.camera
        keypoints = true_keypoints(joints, bones, camera)
        inside = keypoints[:, 2] != OUTSIDE
        if self.furniture is not None:
            inside &= ~self.furniture.hides(coco_points(joints, bones), np.asarray(camera.position))
        if inside.sum() < FEWEST or self._rng.random() < self._lost:
            return None
        xy = keypoints[:, :2]
        tall = max(float(np.ptp(xy, axis=0).max()), 1.0)
        worse = np.where(keypoints[:, 2] == HIDDEN, 2.0, 1.0)[:, None]
        fresh = self._rng.normal(0, WOBBLE, (17, 2))
        self._error = DRIFT * self._error + np.sqrt(1 - DRIFT**2) * fresh
        xy = xy + self._error * worse * tall
        score = np.where(inside, np.where(keypoints[:, 2] == HIDDEN, 0.25, 0.6), 0.05)
        limit = np.array([camera.size[0] - 1, camera.size[1] - 1])
        xy = np.clip(xy, 0, limit)
        low = np.clip(xy[inside].min(0) - MARGIN * tall * np.array([0.5, 1.0]), 0, limit)
        high = np.clip(xy[inside].max(0) + MARGIN * tall * np.array([0.5, 0.7]), 0, limit)
        points = np.concatenate([xy, score[:, None]], 1).astype(np.float32)
        return Pose(t, points, 1, 0.5, Box(float(low[0]), float(low[1]), float(high[0]), float(high[1])))


def _camera(rng: np.random.Generator) -> SyntheticCamera:
    """Hang a camera at 0.6 to 2.8 m, anywhere round a room, which shows all of it."""
    height, width = SIZE
    distance, angle = rng.uniform(3.0, 6.5), rng.uniform(0, 2 * np.pi)
    position = (float(np.sin(angle) * distance), float(rng.uniform(0.6, 2.8)), float(np.cos(angle) * distance))
    target = (float(rng.normal(0, 0.3)), float(rng.uniform(0.4, 1.0)), float(rng.normal(0, 0.3)))
    focal = width / (2 * np.tan(np.radians(rng.uniform(55, 95)) / 2))
    return SyntheticCamera(position, target, float(focal), (width, height), float(rng.normal(0, 2)))
