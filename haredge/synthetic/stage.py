"""Where a scene is played: a camera that stands still, a room, and the spots where the person acts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from haredge.core.types import Image
from haredge.synthetic.camera import SyntheticCamera
from haredge.synthetic.kinematics import Spot
from haredge.synthetic.render import Light
from haredge.synthetic.room import random_room
from haredge.synthetic.surface import Patches, box

SEAT_LEGS = 0.55
"""How far behind the spot the middle of the chair stands, in leg lengths."""
_SEAT_M, _BACK_M = 0.46, 0.92


@dataclass(frozen=True, slots=True)
class Stage:
    """A fixed camera on +z that faces the middle of a room; people enter and leave to its left and right."""

    camera: SyntheticCamera
    light: Light
    background: Image
    home: Spot
    """Where the person acts, facing the camera more or less."""
    wings_m: float
    """How far to either side of the middle a person is out of the image."""
    chair: Spot | None

    @classmethod
    def random(cls, rng: np.random.Generator, size: tuple[int, int], *, chair: bool) -> Stage:
        """Draw a stage on which a person stands about two thirds of the image's height."""
        width, height = size
        focal = max(size) / (2 * np.tan(np.radians(rng.uniform(54, 68)) / 2))
        distance = float(focal * 1.8 / (height * rng.uniform(0.58, 0.68)))
        eye = float(rng.uniform(0.9, 1.7))
        camera = SyntheticCamera((float(rng.normal(0, 0.3)), eye, distance), (0.0, 0.9, 0.0), float(focal), size)
        light = Light.random(rng, dark=0.0)
        wings = float(width / 2 / focal * (distance + 0.5) + 0.8)
        room = random_room(rng, camera, light, clear_m=1.5, half_width_m=wings + 0.6)
        seat = float(rng.choice([-1.0, 1.0])) * rng.uniform(0.6, 0.8) if chair else None
        facing = float(rng.normal(0, 14))
        place = None if seat is None else Spot(float(seat), -0.3, float(-22 * np.sign(seat) + rng.normal(0, 6)))
        return cls(camera, light, room, Spot(0.0, 0.0, facing), wings, place)

    def wing(self, side: float) -> Spot:
        """Give the spot out of sight to the left (-1) or right (1) of the image."""
        return Spot(side * self.wings_m, self.home.z)


def chair_patches(spot: Spot, leg_m: float) -> Patches:
    """Give a plain chair on which a person at ``spot`` can sit down."""
    back = -SEAT_LEGS * leg_m
    low, high = np.array([-0.22, _SEAT_M - 0.04, back - 0.2]), np.array([0.22, _SEAT_M, back + 0.22])
    paint = np.array((70.0, 92.0, 120.0))
    legs = [(x, z) for x in (low[0], high[0] - 0.04) for z in (low[2], high[2] - 0.04)]
    parts = [
        box(low, high, paint, 0.08),
        box((low[0], _SEAT_M, low[2]), (high[0], _BACK_M, low[2] + 0.035), paint * 0.9, 0.08),
    ]
    parts += [box((x, 0, z), (x + 0.04, low[1], z + 0.04), paint * 0.7, 0.12) for x, z in legs]
    return Patches.joined(parts).moved(spot.x, spot.z, spot.heading_deg)
