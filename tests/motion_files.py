"""Files of motion capture in the form of ``skeletons3d``, with people that haredge draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from haredge.datasets.motions import Motion
from haredge.training.synthetic_motions import _motion


def drawn_people(labels: Sequence[str], people: int, each: int = 1) -> list[Motion]:
    """Make motions of all ``people`` (``0``, ``1``, ...) with all labels, ``each`` of every kind."""
    rng = np.random.default_rng(1)
    drawn = [_motion(label, index, rng) for label in labels for index in range(people * each)]
    return [replace(motion, subject=str(index % people)) for index, motion in enumerate(drawn)]


def write_motions(path: Path, motions: Sequence[Motion]) -> Path:
    """Write a file that :func:`haredge.datasets.motions.read` reads."""
    np.savez(
        path,
        joints=np.concatenate([motion.joints for motion in motions]),
        offset=np.cumsum([0, *(len(motion.joints) for motion in motions)]),
        label=[motion.label for motion in motions],
        name=[motion.name for motion in motions],
        subject=[motion.subject for motion in motions],
        fps=[1 / (motion.times[1] - motion.times[0]) for motion in motions],
    )
    return path
