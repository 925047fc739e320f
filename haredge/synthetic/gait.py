"""Walking and running: where the feet go, and what the body does above them.

The spot under the person moves forward; a foot on the ground moves backward beside it by the same length, so that it
stays where it is on the floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin

import numpy as np

from haredge.synthetic.kinematics import ANKLE_UP, posture
from haredge.synthetic.motion import ease
from haredge.synthetic.skeleton import Floats

FOOT_LEGS = 0.234
"""From the ankle to the toes, in leg lengths."""


@dataclass(frozen=True, slots=True)
class Gait:
    """How one person walks or runs; lengths in leg lengths."""

    stride: float
    """Length of two steps."""
    speed: float
    """Leg lengths a second."""
    stance: float
    """Share of a stride for which a foot is on the ground: above 0.5 walking, below 0.5 running."""
    arm_swing_deg: float
    elbow_deg: float
    lean_deg: float
    bounce: float

    @classmethod
    def walking(cls, rng: np.random.Generator) -> Gait:
        """Draw a walk of about 1.2 m/s."""
        swing, lean = rng.uniform(14, 32), rng.uniform(0, 6)
        return cls(rng.uniform(1.12, 1.36), rng.uniform(1.15, 1.55), 0.62, swing, rng.uniform(10, 30), lean, 0.016)

    @classmethod
    def running(cls, rng: np.random.Generator) -> Gait:
        """Draw a jog of about 2.4 m/s."""
        swing, lean = rng.uniform(34, 50), rng.uniform(7, 13)
        return cls(rng.uniform(1.7, 2.1), rng.uniform(2.5, 3.2), 0.36, swing, rng.uniform(75, 100), lean, 0.05)

    def at(self, distance: float, vigour: float = 1.0) -> Floats:
        """Give the posture after ``distance``; ``vigour`` in [0, 1] takes standing to the full gait."""
        phase = distance / self.stride
        low = 1.012 if self.stance > 0.5 else 0.98
        bob = self.bounce * cos(4 * pi * (phase - self.stance / 2 + 0.0))
        swing = self.arm_swing_deg * vigour * cos(2 * pi * phase)
        arms = [[6 - s * swing, 90, 0, self.elbow_deg + 0.3 * max(-s * swing, 0)] for s in (1, -1)]
        return posture(
            pelvis=(0.012 * vigour * sin(2 * pi * phase), 1.065 + (low - 1.065) * vigour + bob * vigour, 0),
            tilt=(self.lean_deg * vigour, 0, -6 * vigour * cos(2 * pi * phase)),
            spine=(2, 0, 10 * vigour * cos(2 * pi * phase)),
            head=(-self.lean_deg * vigour, 0, -4 * vigour * cos(2 * pi * phase)),
            arms=arms,
            feet=[self._foot(phase, 1.0, vigour), self._foot(phase + 0.5, -1.0, vigour)],
        )

    def _foot(self, phase: float, sign: float, vigour: float) -> tuple[float, ...]:
        """Ankle, splay and pitch of a foot that touches down at phase 0."""
        phase %= 1.0
        reach = self.stride * self.stance / 2
        heel_off = 0.55 * self.stance
        if phase < self.stance:
            forward = reach - self.stride * phase
            pitch = -14 * (1 - ease(phase / 0.08)) + 38 * ease((phase - heel_off) / (self.stance - heel_off))
            lift = 0.0
        else:
            u = (phase - self.stance) / (1 - self.stance)
            slope = -self.stride * (1 - self.stance)
            forward = _hermite(u, -reach, reach, slope, slope)
            pitch = 38 + (-14 - 38) * ease(u)
            lift = (0.05 if self.stance > 0.5 else 0.34) * sin(pi * u) ** 2
        raised = FOOT_LEGS * (sin(radians(max(pitch, 0) + 14)) - sin(radians(14)))
        rolled = FOOT_LEGS * (cos(radians(14)) - cos(radians(max(pitch, 0) + 14)))
        height = ANKLE_UP + (raised + lift) * vigour
        return sign * 0.09, height, (forward + rolled) * vigour, 6.0, pitch * vigour


def _hermite(u: float, start: float, end: float, slope0: float, slope1: float) -> float:
    """Cubic from ``start`` to ``end`` over u in [0, 1] with given slopes, so that a foot leaves and lands softly."""
    rise = end - start
    a, b = slope0 - rise, rise - slope1
    return start + rise * u + u * (1 - u) * (a * (1 - u) + b * u)
