"""What people do near the floor and on it without having fallen: passages of motions from standing to standing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from haredge.synthetic import poses
from haredge.synthetic.kinematics import ANKLE_UP, posture
from haredge.synthetic.motion import Motion, alive, through, varied
from haredge.synthetic.poses import STAND
from haredge.synthetic.skeleton import Floats

Passage = Sequence[tuple[str, Motion, float]]
"""Labels, motions and seconds, one after another on the same spot."""

_KNEEL: Final = posture(
    poses.ALL_FOURS, pelvis=(0, 0.58, 0.1), tilt=(6, 0, 0), spine=(4, 0, 0), head=(4, 0, 0), arms=(20, 60, 0, 60)
)
_ON_HEELS: Final = posture(_KNEEL, pelvis=(0, 0.32, -0.1), tilt=(14, 0, 0))
_SOFA_UP: Final = 0.5
"""Height of a sofa's seat in leg lengths."""
_ON_A_SOFA: Final = posture(
    poses.SUPINE, pelvis=(0, 0.145 + _SOFA_UP, -0.72), feet=(0.14, 0.085 + _SOFA_UP, 0.26, 20, -62)
)


def _free(pose: Floats) -> Floats:
    """Let the arms of a pose hang where they would be drawn to a place."""
    return posture(pose, reach=(0, 0, 0, 0))


def kneeling(rng: np.random.Generator, seconds: float) -> Passage:
    """Kneel down, work there, upright or on the heels, and rise."""
    down = varied(rng, [(0, STAND), (0.9, poses.HALF_KNEEL), (1.5, _free(_KNEEL))])
    lower = _ON_HEELS if rng.random() < 0.5 else _KNEEL
    stay = through([(0, _free(_KNEEL)), (1.5, _free(lower)), (3.0, _free(_KNEEL))], cycle=True)
    up = varied(rng, [(0, _free(_KNEEL)), (0.8, poses.HALF_KNEEL), (1.7, STAND)])
    return [("getting_down", down, 1.8), ("kneeling", alive(rng, stay), seconds), ("getting_up", up, 2.0)]


def tying_shoes(rng: np.random.Generator, seconds: float) -> Passage:
    """Crouch, or bend down to one shoe, busy there, and rise."""
    low = poses.CROUCH if rng.random() < 0.6 else posture(poses.BEND_DOWN, reach=(1, 0.1, 0.14, 0.14))
    busy = alive(rng, through([(0, low), (2.0, low)], cycle=True))
    down, up = varied(rng, [(0, STAND), (0.9, low)]), varied(rng, [(0, low), (1.0, STAND)])
    return [("getting_down", down, 1.2), ("tying_shoes", busy, seconds), ("getting_up", up, 1.3)]


def lying_down(rng: np.random.Generator, seconds: float) -> Passage:
    """Lie down on the floor to rest or sleep, as people do: sit down on it first."""
    haste = float(rng.uniform(0.75, 1.4))
    keys = [(0.0, STAND), (0.9, poses.CROUCH), (1.7, poses.SIT_ON_FLOOR), (2.9, poses.SUPINE)]
    down = varied(rng, [(t * haste, pose) for t, pose in keys])
    rest = alive(rng, through([(0, poses.SUPINE), (4.0, poses.SUPINE)], cycle=True), 0.25)
    up = varied(rng, [(0, poses.SUPINE), (1.1, poses.SIT_ON_FLOOR), (1.9, poses.CROUCH), (2.8, STAND)])
    return [("getting_down", down, 3.1 * haste), ("lying", rest, seconds), ("getting_up", up, 3.2)]


def playing(rng: np.random.Generator, seconds: float) -> Passage:
    """Get down on all fours to play, crawl about, sit on the floor, and rise."""
    haste = float(rng.uniform(0.6, 1.2))
    down = varied(rng, [(0, STAND), (0.8 * haste, poses.CROUCH), (1.5 * haste, poses.ALL_FOURS)])
    ways = [poses.ALL_FOURS, _free(_KNEEL), _free(_ON_HEELS)]
    order = [ways[index] for index in rng.integers(0, len(ways), 4)]
    keys = [(0.0, poses.ALL_FOURS), *((1.2 * (k + 1), pose) for k, pose in enumerate(order)), (6.0, poses.ALL_FOURS)]
    up = varied(rng, [(0, poses.ALL_FOURS), (0.7, poses.HALF_KNEEL), (1.6, STAND)])
    return [
        ("getting_down", down, 1.8 * haste),
        ("playing", alive(rng, through(keys, cycle=True)), seconds),
        ("getting_up", up, 1.9),
    ]


def floor_exercise(rng: np.random.Generator, seconds: float) -> Passage:
    """Get down for sit-ups, lifting the trunk from the floor again and again."""
    haste = float(rng.uniform(0.7, 1.2))
    low = posture(poses.SUPINE, feet=(0.14, ANKLE_UP, -0.02, 10, 0), arms=(150, 40, 0, 120))
    high = posture(poses.SIT_ON_FLOOR, feet=(0.14, ANKLE_UP, -0.02, 10, 0), reach=(0, 0, 0, 0))
    keys = [(0.0, STAND), (0.8, poses.CROUCH), (1.5, poses.SIT_ON_FLOOR), (2.4, low)]
    down = varied(rng, [(t * haste, pose) for t, pose in keys])
    moving = varied(rng, [(0, low), (1.0, high), (2.2, low)], cycle=True)
    up = varied(rng, [(0, low), (0.9, poses.SIT_ON_FLOOR), (1.7, poses.CROUCH), (2.6, STAND)])
    return [
        ("getting_down", down, 2.7 * haste),
        ("floor_exercise", moving, seconds),
        ("getting_up", up, 2.9),
    ]


def dropping_onto_sofa(rng: np.random.Generator, seconds: float) -> Passage:
    """Let the body fall backward onto a sofa that is not drawn, lie there, and rise."""
    seat = posture(poses.SIT, pelvis=(0, 0.6, -0.5), tilt=(-24, 0, 0), reach=(0, 0, 0, 0), arms=(50, 50, 0, 20))
    down = varied(rng, [(0, STAND), (0.45, seat), (1.0, _ON_A_SOFA)])
    rest = alive(rng, through([(0, _ON_A_SOFA), (4.0, _ON_A_SOFA)], cycle=True), 0.25)
    up = varied(rng, [(0, _ON_A_SOFA), (1.2, poses.SIT), (2.4, STAND)])
    return [("lying_down", down, 1.3), ("lying", rest, seconds), ("getting_up", up, 2.7)]


PASSAGES: Final[dict[str, Callable[[np.random.Generator, float], Passage]]] = {
    maker.__name__: maker for maker in (kneeling, tying_shoes, lying_down, playing, floor_exercise, dropping_onto_sofa)
}
"""Each passage by its word in a script."""
