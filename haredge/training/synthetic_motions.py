"""Motions of the synthetic person: movements that no data set has from all sides, falls above all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from haredge.datasets.motions import Motion
from haredge.synthetic.kinematics import joints_of
from haredge.synthetic.motions import MOTIONS
from haredge.synthetic.skeleton import PENN_COUNT, Bones

SOURCE: Final = "figure"
RATE_HZ: Final = 30.0

_SECONDS: Final[Mapping[str, float]] = {
    "sitting_down": 1.8,
    "standing_up": 1.8,
    "picking_up": 2.2,
    "falling": 1.8,
    "getting_up": 3.0,
    "getting_down": 1.8,
}
_ENDLESS_S: Final = 4.0


def draw_motions(each: int, seed: int = 0, labels: Iterable[str] = MOTIONS) -> list[Motion]:
    """Make ``each`` motions of these kinds (all that there are), each by a person of another build and manner."""
    rng = np.random.default_rng(seed)
    return [_motion(label, index, rng) for label in labels for index in range(each)]


def _motion(label: str, index: int, rng: np.random.Generator) -> Motion:
    move = MOTIONS[label](rng)
    bones = Bones.of(float(rng.normal(1.7, 0.1)), np.exp(rng.normal(0, 0.04, 11)))
    times = np.arange(round(_SECONDS.get(label, _ENDLESS_S) * RATE_HZ)) / RATE_HZ
    joints = np.stack([joints_of(move(float(t)), bones)[:PENN_COUNT] for t in times]).astype(np.float32)
    return Motion(f"{label}{index}", label, times, joints, subject=f"figure{index}", source=SOURCE)
