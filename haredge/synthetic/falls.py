"""Ways of falling, lying there, and getting up again."""

from __future__ import annotations

from typing import Final

import numpy as np

from haredge.synthetic import poses
from haredge.synthetic.kinematics import ANKLE_UP, mirror, posture
from haredge.synthetic.motion import Keyed, Motion, alive, through
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
"""Of a person who stands: the three ways that the label ``falling`` is trained on."""

_KNEELING: Final = posture(poses.HALF_KNEEL, pelvis=(0, 0.5, 0.2), tilt=(12, 0, 0), feet=(0.13, 0.1, -0.2, 6, 130))
_CRAWLING_LOW: Final = posture(
    poses.ALL_FOURS, pelvis=(0, 0.37, 0.82), tilt=(84, 0, 0), feet=(0.12, 0.1, -0.08, 6, 142)
)
_SLUMPING: Final = posture(STAND, feet=(0.13, 0.08, 0.3, 8, 0))
_SLUMPED: Final = posture(
    poses.SIT_ON_FLOOR, pelvis=(0, 0.16, -0.3), tilt=(-10, 0, 0), head=(34, 0, 0), reach=(0, 0, 0, 0)
)
_ON_THE_SEAT: Final = posture(poses.SIT, tilt=(14, -22, 0), head=(12, -14, 0), reach=(0, 0, 0, 0))
_IN_BED: Final = posture(
    poses.ASIDE, pelvis=(0.1, 0.66, 0), feet=[[-0.6, 0.6, 0.34, 0, 10], [-0.58, 0.74, 0.28, 0, 10]]
)

OTHER_FALLS: Final[dict[str, tuple[str, Keys]]] = {
    "slipping": (
        "back",
        (
            (0.0, STAND),
            (0.22, posture(STAND, pelvis=(0, 0.92, -0.14), tilt=(-24, 0, 0), feet=(0.13, 0.14, 0.36, 8, -30))),
            (
                0.55,
                posture(poses.SUPINE, pelvis=(0, 0.24, -0.5), tilt=(-48, 0, 0), head=(26, 0, 0), arms=(-30, 50, 0, 20)),
            ),
            (0.8, posture(poses.SUPINE, head=(20, 0, 0), arms=(50, 10, 20, 14))),
            (1.2, poses.SUPINE),
        ),
    ),
    "fainting": (
        "aside",
        (
            (0.0, STAND),
            (0.4, posture(STAND, pelvis=(0.04, 0.96, -0.06), spine=(14, 4, 0), head=(30, 8, 0), arms=(6, 20, 0, 8))),
            (
                0.85,
                posture(
                    poses.CROUCH,
                    pelvis=(0.22, 0.44, -0.14),
                    tilt=(24, 16, 0),
                    spine=(26, 4, 0),
                    head=(36, 10, 0),
                    reach=(0, 0, 0, 0),
                    arms=(10, 40, 0, 20),
                ),
            ),
            (1.3, posture(poses.ASIDE, head=(20, -20, 0))),
            (1.7, poses.ASIDE),
        ),
    ),
    "sliding_down": (
        "aside",
        (
            (0.0, posture(STAND, tilt=(-6, 0, 0), feet=(0.13, ANKLE_UP, 0.16, 8, 0))),
            (0.6, posture(_SLUMPING, pelvis=(0, 0.74, -0.16), tilt=(-8, 0, 0), head=(24, 0, 0))),
            (1.2, _SLUMPED),
            (1.6, posture(_SLUMPED, pelvis=(0.1, 0.16, -0.26), tilt=(0, 20, 0), head=(30, 12, 0))),
            (2.1, posture(poses.ASIDE, head=(20, -12, 0))),
            (2.4, poses.ASIDE),
        ),
    ),
    "stumbling": (
        "ahead",
        (
            (0.0, STAND),
            (
                0.3,
                posture(
                    STAND,
                    pelvis=(0, 0.92, 0.3),
                    tilt=(34, 0, 0),
                    arms=(70, 80, 0, 20),
                    feet=[[0.13, 0.08, 0.44, 8, 0], [-0.13, 0.12, -0.04, 8, 20]],
                ),
            ),
            (0.7, posture(poses.ALL_FOURS, pelvis=(0, 0.57, 0.6))),
            (0.9, _CRAWLING_LOW),
            (1.2, posture(poses.PRONE, head=(-20, 0, 30), reach=(0.5, 0.34, 0.06, 1.6))),
            (1.6, poses.PRONE),
        ),
    ),
    "sinking": (
        "ahead",
        (
            (0.0, STAND),
            (0.8, posture(STAND, pelvis=(0, 0.86, -0.06), tilt=(20, 0, 0), spine=(14, 0, 0), head=(16, 0, 0))),
            (1.5, _KNEELING),
            (2.2, poses.ALL_FOURS),
            (2.6, _CRAWLING_LOW),
            (2.9, posture(poses.PRONE, head=(-16, 0, 30))),
            (3.2, poses.PRONE),
        ),
    ),
    "falling_off_chair": (
        "aside",
        (
            (0.0, poses.SIT),
            (0.5, _ON_THE_SEAT),
            (0.95, posture(poses.ASIDE, pelvis=(0.6, 0.39, -0.2), tilt=(12, 56, 0), head=(0, -24, 0))),
            (1.25, posture(poses.ASIDE, head=(0, -20, 0))),
            (1.7, poses.ASIDE),
        ),
    ),
    "falling_out_of_bed": (
        "aside",
        (
            (0.0, _IN_BED),
            (0.5, posture(_IN_BED, pelvis=(0.3, 0.66, 0), tilt=(40, 84, 0))),
            (0.85, posture(poses.ASIDE, pelvis=(0.7, 0.34, 0), tilt=(30, 70, 0))),
            (1.1, poses.ASIDE),
            (1.5, poses.ASIDE),
        ),
    ),
}
"""Further ways, each with the one of :data:`FALLS` that it ends like."""

_RISES: Final[dict[str, Keys]] = {
    "back": ((0.0, poses.SUPINE), (1.1, poses.SIT_ON_FLOOR), (1.9, poses.CROUCH), (2.8, STAND)),
    "ahead": (
        (0.0, poses.PRONE),
        (0.5, _CRAWLING_LOW),
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


def in_bed(rng: np.random.Generator) -> Motion:
    """Lie in a bed that is not drawn, near its edge."""
    return alive(rng, through([(0.0, _IN_BED), (4.0, _IN_BED)], cycle=True), 0.25)


def falling_lying_rising(rng: np.random.Generator, way: str | None = None) -> tuple[Keyed, Motion, Motion]:
    """Fall, lie there, and get up again: three motions of one fall.

    ``way`` is one of :data:`OTHER_FALLS`; None falls backward, forward or to a side.
    """
    if way is None:
        end = str(rng.choice(list(FALLS)))
        keys = FALLS[end]
    else:
        end, keys = OTHER_FALLS[way]
    left = bool(rng.random() < 0.5)
    fall, rise, rest = ([(t, mirror(p) if left else p) for t, p in each] for each in (keys, _RISES[end], keys[-1:]))
    fast, slow = np.exp(rng.normal((-0.02, 0.05), 0.1))
    lying = through([(0.0, rest[0][1]), (4.0, rest[0][1])], cycle=True)
    down, up = through([(t * fast, p) for t, p in fall]), through([(t * slow, p) for t, p in rise])
    return down, alive(rng, lying, 0.25), up
