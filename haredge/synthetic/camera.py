"""A pinhole camera in the figure's world."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from haredge.synthetic.skeleton import Floats, cross, unit

NEAR_M = 0.15
"""Nothing nearer than this is drawn."""


@dataclass(frozen=True)
class SyntheticCamera:
    """A camera without lens distortion; pixel centres lie at whole numbers, as in :mod:`haredge.pose.fitting`."""

    position: tuple[float, float, float]
    """Metres; y is its height above the floor."""
    target: tuple[float, float, float]
    """The point that the middle of the image shows."""
    focal_px: float
    size: tuple[int, int]
    """(width, height) of the image in pixels."""
    roll_deg: float = 0.0

    @cached_property
    def axes(self) -> Floats:
        """Rows: right, down and forward of the camera in the world, unit vectors."""
        forward = unit(np.subtract(self.target, self.position))
        right = unit(cross(forward, np.array([0.0, 1.0, 0.0])))
        down = cross(forward, right)
        turn = np.radians(self.roll_deg)
        return np.stack(
            [right * np.cos(turn) + down * np.sin(turn), down * np.cos(turn) - right * np.sin(turn), forward]
        )

    def see(self, points: Floats) -> Floats:
        """Bring (..., 3) points of the world into metres right, down and ahead of the camera."""
        return np.asarray((points - np.asarray(self.position)) @ self.axes.T)

    def project(self, points: Floats) -> tuple[Floats, Floats]:
        """Return (..., 2) pixels x, y and (...) depths in metres; pixels of points behind the camera mean nothing."""
        seen = self.see(points)
        depth = seen[..., 2]
        centre = (np.asarray(self.size) - 1) / 2
        xy = seen[..., :2] / np.maximum(depth, 1e-3)[..., None] * self.focal_px + centre
        return xy, depth

    @classmethod
    def random(
        cls, rng: np.random.Generator, size: tuple[int, int], subject: Floats, height_px: float
    ) -> SyntheticCamera:
        """Aim at a subject of (n, 3) points so that it stands about ``height_px`` tall, from any side.

        Heights and fields of view are those of cameras in rooms: on a table, a shelf, below the ceiling.
        """
        middle = (subject.max(0) + subject.min(0)) / 2
        focal = max(size) / (2 * np.tan(np.radians(rng.uniform(45, 80)) / 2))
        tall = max(float(np.ptp(subject, axis=0).max()), 0.6)
        distance = max(focal * tall / height_px, 0.9)
        height = rng.uniform(0.5, 1.7) if rng.random() < 0.75 else rng.uniform(1.7, 2.6)
        height = min(height, 0.9 + distance * 0.45)
        angle = rng.uniform(0, 2 * np.pi)
        position = middle + np.array([np.sin(angle), 0, np.cos(angle)]) * distance
        position[1] = height
        off = rng.normal(0, 0.12, 2) * (np.asarray(size) - height_px * np.array([0.4, 1.0])).clip(0) / focal * distance
        across = np.array([np.cos(angle), 0, -np.sin(angle)])
        target = middle + across * off[0] + np.array([0, off[1], 0])
        return cls(_triple(position), _triple(target), float(focal), size, float(rng.normal(0, 2)))


def _triple(vector: Floats) -> tuple[float, float, float]:
    return float(vector[0]), float(vector[1]), float(vector[2])
