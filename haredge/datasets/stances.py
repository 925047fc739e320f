"""How a person holds the body, by motion capture."""

from __future__ import annotations

from enum import Enum

import numpy as np

from haredge.datasets.motions import Joints3D


class Stance(Enum):
    """How a person holds the body."""

    STANDING = "standing"
    SITTING = "sitting"
    LYING = "lying"
    OTHER = "other"


def stances(joints: Joints3D) -> list[Stance]:
    """Return how each body (n, 13, 3) is held, by the directions of torso and thighs."""
    shoulders, hips, knees, ankles = (joints[:, [i, i + 1]].mean(axis=1) for i in (1, 7, 9, 11))
    torso, thigh, leg = (_rise(low, high) for low, high in ((hips, shoulders), (knees, hips), (ankles, hips)))
    straight = np.linalg.norm(hips - ankles, axis=-1) / _length(hips, knees, ankles)
    lying = (torso < 0.4) & (np.abs(leg) < 0.5)
    standing = (torso > 0.85) & (leg > 0.9) & (straight > 0.95)
    sitting = (torso > 0.75) & (np.abs(thigh) < 0.45) & (straight < 0.9)
    named = [(standing, Stance.STANDING), (sitting, Stance.SITTING), (lying, Stance.LYING)]
    return [next((stance for is_so, stance in named if is_so[i]), Stance.OTHER) for i in range(len(joints))]


def _rise(low: Joints3D, high: Joints3D) -> Joints3D:
    """Sine of the slope from one joint to another: 1 straight up, 0 level."""
    way = high - low
    rise: Joints3D = way[:, 1] / np.maximum(np.linalg.norm(way, axis=-1), 1e-6)
    return rise


def _length(a: Joints3D, b: Joints3D, c: Joints3D) -> Joints3D:
    length: Joints3D = np.linalg.norm(a - b, axis=-1) + np.linalg.norm(b - c, axis=-1)
    return np.maximum(length, np.float32(1e-6))
