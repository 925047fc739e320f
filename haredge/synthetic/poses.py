"""Key poses, which motions run through, and random still postures for training images.

Distances are leg lengths from the spot where the person stands (left, up, forward), angles degrees: see
`haredge.synthetic.kinematics`. The heights follow from the body's own lengths: shoulders 0.587 above the hips, arms
0.676 long to the wrist, feet 0.234 from ankle to toes.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from haredge.synthetic.kinematics import ANKLE_UP, field, mirror, posture
from haredge.synthetic.skeleton import Floats

STAND: Final = posture(pelvis=(0, 1.065, 0), arms=(9, 20, 0, 14), feet=(0.13, ANKLE_UP, 0, 8, 0))
"""On both feet, arms hanging."""

SQUAT: Final = posture(
    STAND,
    pelvis=(0, 0.55, -0.24),
    tilt=(34, 0, 0),
    spine=(10, 0, 0),
    head=(-30, 0, 0),
    arms=(126, 86, 0, 8),
    feet=(0.2, ANKLE_UP, 0, 24, 0),
)
FEET_APART: Final = posture(STAND, arms=(9, 86, 0, 8), feet=(0.2, ANKLE_UP, 0, 24, 0))
FOLDED: Final = ((1, 0.05, 1.5, 0.26), (1, 0.05, 0.93, 0.36))
"""Reach of arms that are folded before the chest, standing and squatting."""
AT_A_BAR: Final = ((1, 0.4, 1.66, -0.04), (1, 0.4, 1.05, 0.05))
"""Reach of arms that hold a bar which lies on the shoulders, standing and squatting."""

JACK_CLOSED: Final = posture(STAND, pelvis=(0, 1.045, 0), arms=(8, 10, 0, 10), feet=(0.07, ANKLE_UP, 0, 6, 0))
JACK_FLIGHT: Final = posture(STAND, pelvis=(0, 1.13, 0), arms=(92, 8, 10, 12), feet=(0.2, 0.155, 0, 8, 26))
JACK_OPEN: Final = posture(STAND, pelvis=(0, 1.0, 0), arms=(166, 12, 20, 16), feet=(0.36, ANKLE_UP, 0, 16, 0))

JUMP_CROUCH: Final = posture(STAND, pelvis=(0, 0.83, -0.12), tilt=(32, 0, 0), head=(-24, 0, 0), arms=(-28, 90, 0, 12))
JUMP_OFF: Final = posture(STAND, pelvis=(0, 1.2, 0), arms=(64, 84, 0, 18), feet=(0.12, 0.21, 0, 6, 38))
JUMP_TOP: Final = posture(STAND, pelvis=(0, 1.42, 0), arms=(124, 80, 0, 14), feet=(0.12, 0.42, -0.04, 6, 46))
JUMP_LAND: Final = posture(STAND, pelvis=(0, 0.9, -0.07), tilt=(20, 0, 0), head=(-14, 0, 0), arms=(30, 60, 0, 26))

PLANK_HIGH: Final = posture(
    pelvis=(0, 0.51, 0),
    tilt=(71, 0, 0),
    head=(-28, 0, 0),
    arms=(80, 70, 0, 10),
    reach=(1, 0.25, 0.05, 0.58),
    feet=(0.08, 0.2, -0.945, 4, 40),
)
PLANK_LOW: Final = posture(PLANK_HIGH, pelvis=(0, 0.225, 0.05), tilt=(88, 0, 0))
PLANK_OFF: Final = posture(PLANK_HIGH, pelvis=(0, 0.64, -0.02), tilt=(60, 0, 0), reach=(1, 0.16, 0.24, 0.56))
"""Pushed off the floor, hands in the air."""
HANDS_DOWN: Final = posture(
    STAND,
    pelvis=(0, 0.62, -0.2),
    tilt=(82, 0, 0),
    spine=(24, 0, 0),
    head=(-30, 0, 0),
    arms=(80, 70, 0, 10),
    reach=(1, 0.25, 0.06, 0.5),
    feet=(0.12, ANKLE_UP, 0, 8, 0),
)
"""Bent down with both hands on the floor, on the way to a push-up."""

SIT: Final = posture(
    STAND,
    pelvis=(0, 0.625, -0.46),
    tilt=(-4, 0, 0),
    spine=(4, 0, 0),
    arms=(40, 60, 0, 50),
    reach=(1, 0.15, 0.74, -0.2),
    feet=(0.13, ANKLE_UP, 0.02, 8, 0),
)
"""On a seat 0.46 m high, hands on the thighs."""
SIT_LEAN: Final = posture(
    STAND,
    pelvis=(0, 0.80, -0.34),
    tilt=(42, 0, 0),
    spine=(6, 0, 0),
    head=(-24, 0, 0),
    arms=(30, 80, 0, 40),
    reach=(0.7, 0.17, 0.80, -0.02),
    feet=(0.13, ANKLE_UP, 0.01, 8, 0),
)
"""Half-way to the seat, weight still over the feet."""

BEND_DOWN: Final = posture(
    STAND,
    pelvis=(0, 0.74, -0.26),
    tilt=(66, 0, 0),
    spine=(26, 0, 0),
    head=(-14, 0, 0),
    arms=[[70, 70, 0, 10], [24, 70, 0, 30]],
    reach=[[1.0, 0.06, 0.2, 0.36], [0.0, 0, 0, 0]],
)

GUARD: Final = posture(
    STAND,
    pelvis=(0, 1.02, 0),
    tilt=(6, 0, -24),
    spine=(8, 0, 6),
    head=(-4, 0, 18),
    reach=[[1, 0.13, 1.58, 0.36], [1, -0.13, 1.58, 0.3]],
    feet=[[0.13, ANKLE_UP, 0.2, 2, 0], [-0.15, ANKLE_UP, -0.2, 30, 8]],
)
"""Left foot and left shoulder ahead, both fists before the chin."""
JAB: Final = posture(GUARD, tilt=(8, 0, -30), spine=(6, 0, -14), reach=[[1, 0.02, 1.6, 0.82], [1, -0.13, 1.58, 0.26]])
CROSS: Final = posture(
    GUARD,
    pelvis=(0, 1.0, 0.06),
    tilt=(9, 0, 2),
    spine=(8, 0, 34),
    head=(-4, 0, -28),
    reach=[[1, 0.14, 1.56, 0.3], [1, 0.0, 1.58, 0.84]],
    feet=[[0.13, ANKLE_UP, 0.2, 2, 0], [-0.15, 0.13, -0.2, 12, 20]],
)

SUPINE: Final = posture(
    pelvis=(0, 0.145, -0.72),
    tilt=(-89, 0, 0),
    head=(8, 0, 0),
    arms=(26, 4, 20, 12),
    feet=(0.14, 0.085, 0.26, 20, -62),
)
PRONE: Final = posture(
    pelvis=(0, 0.15, 0.96),
    tilt=(88, 0, 0),
    head=(-10, 0, 55),
    arms=(88, 6, 80, 84),
    feet=(0.12, 0.1, -0.02, 8, 146),
)
ASIDE: Final = posture(
    pelvis=(0.86, 0.21, 0),
    tilt=(14, 84, 0),
    spine=(18, -13, 0),
    head=(6, -4, 0),
    arms=[[96, 70, 0, 60], [50, 70, 0, 70]],
    feet=[[0.14, 0.08, 0.34, 0, 10], [0.16, 0.22, 0.28, 0, 10]],
)
"""On the left side, knees drawn up a little."""

SIT_ON_FLOOR: Final = posture(
    pelvis=(0, 0.16, -0.62),
    tilt=(-18, 0, 0),
    spine=(34, 0, 0),
    head=(-6, 0, 0),
    arms=(40, 70, 0, 20),
    reach=(0.9, 0.2, 0.42, -0.22),
    feet=(0.13, ANKLE_UP, 0.0, 10, 0),
)
"""Knees drawn up, hands on the shins."""
CROUCH: Final = posture(
    STAND,
    pelvis=(0, 0.42, -0.2),
    tilt=(46, 0, 0),
    spine=(14, 0, 0),
    head=(-34, 0, 0),
    arms=(60, 70, 0, 30),
    reach=(0.6, 0.22, 0.25, 0.3),
    feet=(0.14, ANKLE_UP, 0, 14, 6),
)
ALL_FOURS: Final = posture(
    pelvis=(0, 0.56, 0.52),
    tilt=(76, 0, 0),
    head=(-26, 0, 0),
    arms=(80, 70, 0, 10),
    reach=(1, 0.22, 0.05, 1.08),
    feet=(0.12, 0.1, 0.04, 4, 140),
)
HALF_KNEEL: Final = posture(
    ALL_FOURS,
    pelvis=(0, 0.6, 0.42),
    tilt=(26, 0, 0),
    spine=(10, 0, 0),
    head=(-14, 0, 0),
    arms=(24, 70, 0, 40),
    reach=[[1.0, 0.12, 0.66, 0.8], [0.0, 0, 0, 0]],
    feet=[[0.13, ANKLE_UP, 0.88, 6, 0], [-0.12, 0.2, 0.02, 4, 100]],
)


def random_posture(rng: np.random.Generator) -> Floats:
    """Give a standing person with arms anywhere, about a third of them bent, stepping or squatting."""
    result = STAND.copy()
    field(result, "arms")[...] = rng.uniform((0, -20, -60, 0), (175, 110, 90, 140), (2, 4))
    hang = rng.random(2) < 0.35
    field(result, "arms")[hang] = rng.uniform((2, 0, -40, 0), (25, 90, 40, 40), (2, 4))[hang]
    field(result, "head")[...] = rng.normal(0, (14, 7, 22))
    field(result, "spine")[...] = rng.normal(0, (10, 6, 10))
    feet = field(result, "feet")
    feet[:, :3] += rng.normal(0, (0.08, 0, 0.16), (2, 3))
    feet[:, 3] += rng.normal(0, 10, 2)
    feet[rng.random(2) < 0.15, 1] += rng.uniform(0.05, 0.5)
    lower = float(rng.uniform(0, 0.12) if rng.random() < 0.7 else rng.uniform(0.1, 0.55))
    field(result, "pelvis")[1] -= lower
    field(result, "pelvis")[2] -= 0.25 * lower
    field(result, "tilt")[...] += (rng.normal(0, 6) + 40 * lower, rng.normal(0, 4), 0)
    return mirror(result) if rng.random() < 0.5 else result
