"""Motion capture of people who do not fall, as replays: they pick up, sit down, squat, and lie down as people do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from haredge.datasets.motions import Motion, read
from haredge.synthetic.appearance import Figure
from haredge.synthetic.motion import ease
from haredge.synthetic.skeleton import Bones, Floats, retarget
from research.falls.eye import SIZE, Eye
from research.falls.replay import Replay
from research.falls.simulate import RATE_HZ

SOURCES: Final = ("utkinect", "utd_mhad", "nw_ucla", "msra3d", "cmu")
"""Files of motion capture. deepmimic is not among them: its people roll and crawl for show."""

MOTIONS: Final = 5
"""Motions in a replay."""

REST_S: Final = (0.5, 2.0)
"""Shortest and longest pause between two, in which the person goes over to the next."""


def captured(folder: Path, count: int, seed: int = 0) -> Iterator[Replay]:
    """Yield ``count`` replays of motions from a folder of motion capture, which follow each other in one place."""
    rng = np.random.default_rng(seed)
    motions = {source: read(folder / f"{source}.npz") for source in SOURCES}
    for index in range(count):
        source = SOURCES[index % len(SOURCES)]
        chosen = [motions[source][int(number)] for number in rng.integers(len(motions[source]), size=MOTIONS)]
        bones = Figure.random(rng).bones
        bodies = _joined([_bodies(motion, bones) for motion in chosen], rng)
        times = [number / RATE_HZ for number in range(len(bodies))]
        yield Replay(f"{index:03}-{source}", "captured", SIZE, None, Eye(rng).watch(times, bodies, bones))


def _bodies(motion: Motion, bones: Bones) -> Floats:
    """Give a figure's joints (n, 20, 3) at :data:`RATE_HZ`: the feet on the floor, the first pose in the middle."""
    times = np.arange(motion.times[0], motion.times[-1], 1 / RATE_HZ)
    rows = motion.joints.reshape(len(motion.times), -1).T
    joints = np.stack([np.interp(times, motion.times, row) for row in rows], axis=-1).reshape(len(times), -1, 3)
    bodies = np.stack([retarget(each, bones, grounded=False) for each in joints])
    bodies[..., 1] -= np.quantile(bodies[..., 1].min(axis=1), 0.05) - 0.03
    bodies[..., [0, 2]] -= bodies[0, :, [0, 2]].mean(axis=1)
    return bodies


def _joined(parts: Sequence[Floats], rng: np.random.Generator) -> list[Floats]:
    """Put motions one after another; between two the joints go straight over."""
    joined: list[Floats] = []
    for part in parts:
        before, steps = joined[-1] if joined else part[0], int(rng.uniform(*REST_S) * RATE_HZ)
        joined += [before + (part[0] - before) * ease(step / steps) for step in range(steps)]
        joined += list(part)
    return joined
