"""People who keep still: a slight sway, as everyone has."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

SWAY_M: Final = 0.03
"""Most that a body, and each of its joints, wanders."""
IN_ACTION: Final = frozenset({"squat", "pushup", "situp", "getting_down"})
"""Labels of what is done in stances in which no one keeps still."""


def swaying(joints: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Let bodies (m, poses, 13, 3) that keep still sway, each by its own amount, as a whole and joint by joint."""
    amount = SWAY_M * rng.random((len(joints), 1, 1, 1), np.float32)
    whole = _drift((*joints.shape[:2], 1, 3), rng)
    swayed: NDArray[np.float32] = joints + amount * whole + amount * _drift(joints.shape, rng)
    return swayed


def _drift(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw slow wandering along axis 1, of standard deviation 1 or so at the end."""
    steps = rng.standard_normal(shape, np.float32)
    drift: NDArray[np.float32] = np.cumsum(steps, axis=1) / np.float32(np.sqrt(shape[1]))
    return drift
