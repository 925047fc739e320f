"""Falling backward, forward or to a side, lying there, and getting up again."""

from __future__ import annotations

from typing import Final

import numpy as np

from haredge.synthetic import poses
from haredge.synthetic.kinematics import mirror, posture
from haredge.synthetic.motion import Motion, alive, through
from haredge.synthetic.poses import STAND
from haredge.synthetic.skeleton import Floats

Keys = tuple[tuple[float, Floats], ...]
"""Seconds and key poses."""

FALLS: Final[dict[str, Keys]] = {
    "back": (
        (0.0, STAND),
        (
            0.35,
            posture(
                STAND, pelvis=(0, 0.86, -0.3), tilt=(-16, 0, 0), arms=(62, 60, 0, 30), feet=(0.14, 0.08, 0.0, 10, -8)
            ),
        ),
        (
            0.75,
            posture(
                poses.SUPINE,
                pelvis=(0, 0.2, -0.64),
                tilt=(-36, 0, 0),
                head=(22, 0, 0),
                arms=(-40, 60, 0, 20),
                feet=(0.15, 0.09, 0.2, 14, -26),
            ),
        ),
        (1.05, posture(poses.SUPINE, head=(16, 0, 0), arms=(60, 6, 20, 14))),
        (1.5, poses.SUPINE),
    ),
    "ahead": (
        (0.0, STAND),
        (
            0.35,
            posture(
                STAND,
                pelvis=(0, 0.86, 0.34),
                tilt=(30, 0, 0),
                head=(-20, 0, 0),
                arms=(60, 80, 0, 30),
                feet=(0.13, 0.12, -0.02, 8, 16),
            ),
        ),
        (
            0.72,
            posture(
                poses.PRONE,
                pelvis=(0, 0.42, 0.78),
                feet=(0.12, 0.1, -0.08, 8, 120),
                tilt=(62, 0, 0),
                head=(-36, 0, 0),
                arms=(100, 80, 0, 30),
                reach=(0.7, 0.3, 0.08, 1.5),
            ),
        ),
        (1.0, posture(poses.PRONE, head=(-24, 0, 20), reach=(0.5, 0.34, 0.06, 1.6))),
        (1.5, poses.PRONE),
    ),
    "aside": (
        (0.0, STAND),
        (
            0.35,
            posture(
                STAND,
                pelvis=(0.3, 0.86, 0),
                tilt=(4, 26, 0),
                arms=[[70, 20, 0, 30], [60, 10, 0, 20]],
                feet=(0.13, 0.09, 0.04, 8, 4),
            ),
        ),
        (
            0.75,
            posture(
                poses.ASIDE,
                pelvis=(0.74, 0.36, 0),
                tilt=(10, 60, 0),
                head=(0, -30, 0),
                arms=[[120, 30, 0, 20], [70, 30, 0, 30]],
            ),
        ),
        (1.05, posture(poses.ASIDE, head=(0, -24, 0))),
        (1.5, poses.ASIDE),
    ),
}
_RISES: Final[dict[str, Keys]] = {
    "back": ((0.0, poses.SUPINE), (1.1, poses.SIT_ON_FLOOR), (1.9, poses.CROUCH), (2.8, STAND)),
    "ahead": (
        (0.0, poses.PRONE),
        (0.5, posture(poses.ALL_FOURS, pelvis=(0, 0.37, 0.82), tilt=(84, 0, 0), feet=(0.12, 0.1, -0.08, 6, 142))),
        (1.0, poses.ALL_FOURS),
        (1.9, poses.HALF_KNEEL),
        (2.8, posture(STAND, pelvis=(0, 1.065, 0.78), feet=[[0.13, 0.08, 0.88, 8, 0], [-0.13, 0.08, 0.7, 8, 0]])),
    ),
    "aside": (
        (0.0, poses.ASIDE),
        (
            1.1,
            posture(
                poses.SIT_ON_FLOOR,
                pelvis=(0.62, 0.17, -0.2),
                tilt=(-6, 16, 0),
                reach=[[1, 1.0, 0.06, -0.1], [0.8, 0.3, 0.4, 0.2]],
            ),
        ),
        (1.9, posture(poses.CROUCH, pelvis=(0.12, 0.42, -0.16))),
        (2.8, STAND),
    ),
}


def falling_lying_rising(rng: np.random.Generator) -> tuple[Motion, Motion, Motion]:
    """Fall backward, forward or to a side, lie there, and get up again: three motions of one fall."""
    way, left = str(rng.choice(list(FALLS))), bool(rng.random() < 0.5)
    fall, rise, rest = (
        [(t, mirror(p) if left else p) for t, p in keys] for keys in (FALLS[way], _RISES[way], FALLS[way][-1:])
    )
    fast, slow = np.exp(rng.normal((-0.02, 0.05), 0.1))
    lying = through([(0.0, rest[0][1]), (4.0, rest[0][1])], cycle=True)
    down, up = through([(t * fast, p) for t, p in fall]), through([(t * slow, p) for t, p in rise])
    return down, alive(rng, lying, 0.25), up
