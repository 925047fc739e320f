"""What the fall rule consists of in numbers; those in use are in :mod:`haredge.falls.fitted`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from haredge.core.sensitivity import Sensitivity
from haredge.falls.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Log odds of a fall from which it counts."""

    descending: float
    possible: float


@dataclass(frozen=True, slots=True)
class Rule:
    """All numbers that are fitted."""

    fallen: Evidence
    """That a person has just fallen."""
    low: Evidence
    """That a person is on the ground, by posture alone."""
    up: float
    """Log odds of being low under which a person is up."""
    down: float
    """Log odds of being low from which a person is down."""
    still: float
    """Greatest speed of the hips of a person who lies still, in standing heights per second."""
    smoothing_s: float
    """Time constant with which log odds are smoothed: one wrong pose is no fall."""
    thresholds: Mapping[Sensitivity, Thresholds]
