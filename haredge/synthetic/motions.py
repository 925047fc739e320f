"""The motions that the project has written down, each in one person's own manner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from haredge.synthetic import poses
from haredge.synthetic.falls import falling_lying_rising
from haredge.synthetic.gait import Gait
from haredge.synthetic.kinematics import field, posture
from haredge.synthetic.motion import Motion, alive, through, varied
from haredge.synthetic.poses import STAND
from haredge.synthetic.skeleton import Floats

Maker = Callable[[np.random.Generator], Motion]


def standing(rng: np.random.Generator) -> Motion:
    """Stand at ease, shifting weight, arms hanging, or folded, or a hand on the hip, or hands at something."""
    manner = rng.choice(["busy", "hanging", "folded", "hip"], p=[0.3, 0.4, 0.15, 0.15])
    pose = posture(
        STAND, spine=(rng.normal(1, 2), rng.normal(0, 1.5), 0), head=(rng.normal(3, 4), 0, rng.normal(0, 12))
    )
    field(pose, "feet")[:, 0] *= rng.uniform(0.7, 1.5)
    field(pose, "feet")[:, 2] += rng.normal(0, 0.03, 2)
    if manner == "folded":
        pose = posture(pose, reach=[[1, -0.1, 1.4, 0.24], [1, 0.12, 1.36, 0.28]])
    if manner == "hip":
        field(pose, "reach")[0] = (1, 0.2, 1.16, 0.0)
    if manner == "busy":
        return alive(rng, _busy(rng, pose))
    shifted = pose.copy()
    field(shifted, "pelvis")[0] += rng.choice([-1, 1]) * rng.uniform(0.015, 0.05)
    period = rng.uniform(4, 9)
    return alive(rng, through([(0, pose), (period / 2, shifted), (period, pose)], cycle=True))


def _busy(rng: np.random.Generator, pose: Floats) -> Motion:
    """Hold something before the belly or the chest, a phone or a book, or do something there with small movements."""
    place = np.array([1, rng.uniform(0.03, 0.2), rng.uniform(1.08, 1.42), rng.uniform(0.24, 0.4)])
    moved, bowed = rng.uniform(0, 0.05), rng.uniform(5, 30)
    held = [
        posture(pose, reach=place + [0, 1, 1, 1] * rng.normal(0, moved, (2, 4)), head=(bowed, 0, rng.normal(0, 5)))
        for _ in range(4)
    ]
    at = np.cumsum(rng.uniform(0.3, 1.5, len(held)))
    return through([(0.0, held[-1]), *zip(at.tolist(), held, strict=True)], cycle=True)


def waving(rng: np.random.Generator) -> Motion:
    """Wave one hand beside the head, or the whole arm overhead."""
    out, back = ((84, 18, 82, 62), (88, 18, 86, 118)) if rng.random() < 0.65 else ((128, 10, 60, 18), (168, 14, 60, 30))
    raised = np.array([out, back]) + rng.normal(0, (5, 6, 5, 4))
    a, b = (_one_arm(arm) for arm in raised)
    return varied(rng, [(0, a), (0.32, b), (0.64, a)], cycle=True)


def _one_arm(arm: Floats) -> Floats:
    pose = posture(STAND, head=(-3, 0, 0))
    field(pose, "arms")[0] = arm
    return pose


def waving_both(rng: np.random.Generator) -> Motion:
    """Wave both arms overhead, apart and together."""
    apart = posture(STAND, arms=(118 + rng.normal(0, 6), 8, 40, 16))
    together = posture(STAND, arms=(162 + rng.normal(0, 5), 12, 40, 26))
    return varied(rng, [(0, apart), (0.42, together), (0.84, apart)], cycle=True)


def clapping(rng: np.random.Generator) -> Motion:
    """Clap before the chest."""
    height, ahead = rng.uniform(1.34, 1.56), rng.uniform(0.36, 0.48)
    wide = rng.uniform(0.2, 0.34)
    apart = posture(STAND, reach=(1, wide, height, ahead - 0.02), head=(2, 0, 0))
    together = posture(STAND, reach=(1, 0.085, height + 0.02, ahead), head=(2, 0, 0))
    return varied(rng, [(0, apart), (0.17, together), (0.22, together), (0.44, apart)], cycle=True)


def boxing(rng: np.random.Generator) -> Motion:
    """Jab and cross at the air in any order, fists before the chin between them: a flurry, or blow by blow."""
    out_s, rest_s = rng.uniform(0.14, 0.24), float(rng.choice([0.0, rng.uniform(0.05, 0.6)]))
    keys, t = [(0.0, poses.GUARD)], 0.0
    for blow in rng.integers(0, 2, rng.integers(2, 6)).tolist():
        keys += [(t + out_s, (poses.JAB, poses.CROSS)[blow]), (t + 2.2 * out_s, poses.GUARD)]
        t += 2.2 * out_s
    keys.append((t + rest_s + 0.02, poses.GUARD))
    return varied(rng, keys, cycle=True)


def jumping_jacks(rng: np.random.Generator) -> Motion:
    """Jump feet apart and arms overhead, and back."""
    closed, flight, spread = poses.JACK_CLOSED, poses.JACK_FLIGHT, poses.JACK_OPEN
    return varied(rng, [(0, closed), (0.26, flight), (0.5, spread), (0.76, flight), (1.0, closed)], cycle=True)


def jumping(rng: np.random.Generator) -> Motion:
    """Jump up from both feet, again and again."""
    keys = [(0, STAND), (0.45, poses.JUMP_CROUCH), (0.7, poses.JUMP_OFF), (0.9, poses.JUMP_TOP)]
    keys += [(1.1, poses.JUMP_OFF), (1.3, poses.JUMP_LAND), (1.7, STAND)]
    return varied(rng, keys, cycle=True)


def squat(rng: np.random.Generator) -> Motion:
    """Squat and rise, the arms stretched forward, folded, or at a bar on the shoulders."""
    up, down = poses.FEET_APART.copy(), poses.SQUAT.copy()
    lower = float(rng.uniform(-0.07, 0.1))
    field(down, "pelvis")[1] += lower
    if held := (None, poses.FOLDED, poses.AT_A_BAR)[rng.integers(0, 3)]:
        for pose, place in zip((up, down), held, strict=True):
            pose[...] = posture(pose, reach=place)
        field(down, "reach")[:, 2] += lower
    return varied(rng, [(0, up), (1.0, down), (1.2, down), (2.1, up), (2.4, up)], cycle=True)


def pushup(rng: np.random.Generator) -> Motion:
    """Push up from the floor on hands and toes, slowly, or so hard that the hands leave it."""
    high, low, off = (pose.copy() for pose in (poses.PLANK_HIGH, poses.PLANK_LOW, poses.PLANK_OFF))
    wide = float(rng.uniform(-0.06, 0.12))
    for pose in (high, low, off):
        field(pose, "reach")[:, 1] += (wide, -wide)
    if rng.random() < 0.3:
        keys = [(0, high), (0.35, low), (0.5, low), (0.8, high), (1.0, off), (1.2, high)]
    else:
        keys = [(0, high), (0.8, low), (0.9, low), (1.6, high), (1.8, high)]
    return alive(rng, varied(rng, keys, cycle=True), 0.0)


def getting_down(rng: np.random.Generator) -> Motion:
    """Go from standing to the push-up's start: hands to the floor, feet back."""
    return varied(rng, [(0, STAND), (0.9, poses.HANDS_DOWN), (1.7, poses.PLANK_HIGH)])


def rising_from_plank(rng: np.random.Generator) -> Motion:
    """Go back from the push-up to standing."""
    return varied(rng, [(0, poses.PLANK_HIGH), (0.8, poses.HANDS_DOWN), (1.8, STAND)])


def sitting_down(rng: np.random.Generator) -> Motion:
    """Sit down on a chair behind."""
    return varied(rng, [(0, STAND), (0.75, poses.SIT_LEAN), (1.5, poses.SIT)])


def dropping_onto_chair(rng: np.random.Generator) -> Motion:
    """Drop onto a chair behind, in half the time that sitting down takes."""
    return varied(rng, [(0, STAND), (0.32, poses.SIT_LEAN), (0.65, poses.SIT)])


def sitting(rng: np.random.Generator) -> Motion:
    """Sit still on a chair."""
    return alive(rng, through([(0, poses.SIT), (5, posture(poses.SIT, spine=(7, 1, 4))), (10, poses.SIT)], cycle=True))


def standing_up(rng: np.random.Generator) -> Motion:
    """Stand up from a chair."""
    return varied(rng, [(0, poses.SIT), (0.7, poses.SIT_LEAN), (1.4, STAND)])


def picking_up(rng: np.random.Generator) -> Motion:
    """Bend down, take something from the floor, and rise."""
    return varied(
        rng, [(0, STAND), (1.0, poses.BEND_DOWN), (1.3, poses.BEND_DOWN), (2.3, STAND), (3.0, STAND)], cycle=True
    )


def falling(rng: np.random.Generator) -> Motion:
    """Fall, and stay where one fell."""
    return falling_lying_rising(rng)[0]


def lying(rng: np.random.Generator) -> Motion:
    """Lie on the floor."""
    return falling_lying_rising(rng)[1]


def getting_up(rng: np.random.Generator) -> Motion:
    """Get up from the floor."""
    return falling_lying_rising(rng)[2]


def walking(rng: np.random.Generator) -> Motion:
    """Walk, as if on a treadmill: the spot stays."""
    gait = Gait.walking(rng)
    return alive(rng, lambda t: gait.at(gait.speed * t), 0.5)


def running(rng: np.random.Generator) -> Motion:
    """Run, as if on a treadmill."""
    gait = Gait.running(rng)
    return alive(rng, lambda t: gait.at(gait.speed * t), 0.5)


MOTIONS: Final[dict[str, Maker]] = {
    maker.__name__: maker
    for maker in (
        *(
            standing,
            walking,
            running,
            waving,
            waving_both,
            clapping,
            boxing,
            jumping_jacks,
            jumping,
            squat,
            pushup,
            getting_down,
        ),
        *(sitting_down, sitting, standing_up, picking_up, falling, lying, getting_up),
    )
}
"""Every motion by its label."""
