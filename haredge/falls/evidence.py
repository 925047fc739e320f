"""What cues are worth: linear models whose numbers are fitted (see :mod:`haredge.falls.fitted`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from haredge.falls.cues import Cues

LIMIT: Final = 3.0
"""Standard deviations beyond which a cue counts no more: a box that is wrong must not outweigh all else."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What one cue is worth."""

    mean: float
    deviation: float
    weight: float
    """Log odds for each standard deviation above the mean."""

    def of(self, value: float) -> float:
        """Return the log odds that a value adds."""
        return self.weight * min(max((value - self.mean) / self.deviation, -LIMIT), LIMIT)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A logistic regression over cues; one that is missing is left out, as if it were at its mean."""

    bias: float
    weighings: dict[str, Weighing]
    """By name of the cue."""

    def parts(self, cues: Cues) -> dict[str, float]:
        """Return the log odds that each cue adds."""
        values = cues._asdict()
        return {
            name: weighing.of(values[name]) for name, weighing in self.weighings.items() if values[name] is not None
        }

    def log_odds(self, cues: Cues) -> float:
        """Return the log odds of all cues together."""
        return self.bias + sum(self.parts(cues).values())


class Smoothed:
    """An exponential mean over time, of values that come at any rate."""

    def __init__(self, time_s: float) -> None:
        """Take the time constant."""
        self._time_s = time_s
        self._t = 0.0
        self.value: float | None = None
        """None before the first value."""

    def update(self, t: float, value: float) -> float:
        """Take a value, and return the mean."""
        elapsed = max(0.0, t - self._t)
        share = 1.0 if self.value is None else elapsed / (elapsed + self._time_s)
        self.value = value * share + (self.value or 0.0) * (1 - share)
        self._t = t
        return self.value
