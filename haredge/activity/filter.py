"""From jumpy probabilities to a steady activity: smoothing, hysteresis, and a time that a change must last.

All of it is in seconds, so that a board that manages 8 frames a second says what one that manages 30 says.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haredge.activity.thresholds import Threshold
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Activity, Prediction


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Times that hold for all labels."""

    smoothing_s: float = 0.5
    """Time constant of the probabilities' exponential smoothing."""
    unknown_s: float = 0.5
    """Seconds without any label before `unknown` is given, and for which a person must be in view at first."""
    empty_s: float = 1.0
    """Seconds of empty view before `no_person` is given."""
    blink_s: float = 0.5
    """Seconds for which a person or a prediction may be missing as if nothing had happened."""

    def __post_init__(self) -> None:
        if self.smoothing_s <= 0 or self.unknown_s < 0 or not 0 <= self.blink_s <= self.empty_s:
            raise ValueError(f"times must be 0 or more, smoothing_s above 0, blink_s at most empty_s: {self}")


class ActivityFilter:
    """Turns predictions into an activity that does not flicker.

    A change must be wanted without a break for its minimum duration before it is made; ``since`` is the time from
    which it was wanted. Labels in ``rest`` ("other", "idle") are the classifier's way of saying that nothing of note
    goes on: they are reported as `unknown`.
    """

    def __init__(
        self,
        labels: Sequence[str],
        thresholds: Mapping[str, Threshold] | None = None,
        rest: Collection[str] = (),
        steadiness: Steadiness | None = None,
    ) -> None:
        thresholds = thresholds or {}
        if strange := (set(thresholds) | set(rest)) - set(labels):
            raise ValueError(f"not among the classifier's labels: {', '.join(sorted(strange))}")
        self._thresholds = {label: thresholds.get(label, Threshold()) for label in labels}
        self._index = {label: index for index, label in enumerate(labels) if label not in rest}
        self._steadiness = steadiness or Steadiness()
        self._reset()

    def _reset(self) -> None:
        self._smoothed: NDArray[np.float64] | None = None
        self._predicted_t = -math.inf
        self._person_t = -math.inf
        self._t = -math.inf
        self._label: str | None = None
        self._since = 0.0
        self._wanted, self._wanted_since = NO_PERSON, 0.0

    def update(self, t: float, pose_present: bool, prediction: Prediction | None) -> Activity:
        """Take what one frame told; ``t`` grows from call to call, and starts all anew where it does not."""
        if t < self._t:
            self._reset()
        self._t = t
        if pose_present:
            self._person_t = t
        self._smooth(t, prediction)
        self._settle(t, self._desired(t))
        return Activity(self._label or NO_PERSON, self._probability(), self._since)

    def _smooth(self, t: float, prediction: Prediction | None) -> None:
        if prediction is None:
            if t - self._predicted_t > self._steadiness.blink_s:
                self._smoothed = None
            return
        probabilities = prediction.probabilities.astype(np.float64)
        if self._smoothed is None:
            self._smoothed = probabilities
        else:
            share = -math.expm1(-(t - self._predicted_t) / self._steadiness.smoothing_s)
            self._smoothed = self._smoothed + share * (probabilities - self._smoothed)
        self._predicted_t = t

    def _desired(self, t: float) -> str:
        """Say what these probabilities alone would have."""
        if t - self._person_t > self._steadiness.blink_s:
            return NO_PERSON
        if self._smoothed is None or not self._index:
            return UNKNOWN
        best = max(self._index, key=self._smoothed_of)
        if self._smoothed_of(best) >= max(self._thresholds[best].enter, float(self._smoothed.max())):
            return best
        current = self._label
        if current in self._index and self._smoothed_of(current) >= self._thresholds[current].leave:
            return current
        return UNKNOWN

    def _smoothed_of(self, label: str) -> float:
        return 0.0 if self._smoothed is None else float(self._smoothed[self._index[label]])

    def _settle(self, t: float, desired: str) -> None:
        """Change over to what has been wanted for long enough."""
        if self._label is None:
            self._label, self._since = NO_PERSON, t
            self._wanted = NO_PERSON
        if desired != self._wanted:
            self._wanted, self._wanted_since = desired, t
        if desired != self._label and t - self._wanted_since >= self._holding_s(desired):
            self._label, self._since = desired, self._wanted_since

    def _holding_s(self, label: str) -> float:
        if label == NO_PERSON:
            return self._steadiness.empty_s - self._steadiness.blink_s
        return self._thresholds[label].min_duration_s if label in self._thresholds else self._steadiness.unknown_s

    def _probability(self) -> float:
        if self._label in self._index:
            return min(1.0, self._smoothed_of(self._label))
        return 0.0 if self._label == UNKNOWN else 1.0
