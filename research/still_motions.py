"""People who keep still, out of motion capture: postures that are held, with a slight sway."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.datasets.motions import Motion
from haredge.datasets.stances import Stance, stances
from haredge.training.stills import IN_ACTION, swaying

SECONDS: Final = 3.0
RATE_HZ: Final = 10.0

_EVERY: Final = 5


def still_motions(motions: Sequence[Motion], each: int) -> list[Motion]:
    """Make ``each`` motions of people who stand, sit and lie still, labelled so, out of postures of others' motions."""
    rng = np.random.default_rng(0)
    owners = [motion for motion in motions if motion.label not in IN_ACTION for _ in motion.joints[::_EVERY]]
    if not owners:
        return []
    frames = np.concatenate([motion.joints[::_EVERY] for motion in motions if motion.label not in IN_ACTION])
    named = np.array([stance.value for stance in stances(frames)])
    made = []
    for stance in (Stance.STANDING, Stance.SITTING, Stance.LYING):
        own = np.flatnonzero(named == stance.value)
        chosen = rng.choice(own, each).tolist() if len(own) else []
        made += [_held(frames[index], owners[index], stance.value, number, rng) for number, index in enumerate(chosen)]
    return made


def _held(frame: NDArray[np.float32], owner: Motion, label: str, number: int, rng: np.random.Generator) -> Motion:
    times = np.arange(round(SECONDS * RATE_HZ) + 1) / RATE_HZ
    joints = swaying(np.repeat(frame[None, None], len(times), axis=1), rng)[0]
    return Motion(f"{label}{number}", label, times, joints, owner.subject, owner.source)
