"""From jumpy probabilities to a steady activity: smoothing, hysteresis, and a time that a change must last.

All of it is in seconds, so that a board at 8 fps reports the same as one at 30 fps.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haredge.activity.thresholds import Threshold
from haredge.core.labels import UNKNOWN
from haredge.core.types import HIDDEN_S, Activity, Known, Prediction


@dataclass(frozen=True, slots=True)
class FilterTimes:
    """Times that hold for all labels."""

    smoothing_s: float = 0.5
    """Time constant of the probabilities' exponential smoothing."""
    unknown_s: float = 0.5
    """Seconds without any label before `unknown` is given, and for which a person must be in view at first."""
    empty_s: float = HIDDEN_S
    """Seconds without a pose after which the person has left."""
    dropout_s: float = 0.5
    """Seconds for which a pose or a prediction may be missing without effect."""
    hold_s: float = 0.0
    """Seconds for which a label is kept while none is wanted in its place and the person is in view."""
    refill_s: float = 0.0
    """Seconds for which a label is kept at least while there is no prediction: a person was hidden, or a camera gave no
    frame, for a moment, and the window fills again."""

    def __post_init__(self) -> None:
        least_s = min(self.unknown_s, self.hold_s, self.refill_s)
        if self.smoothing_s <= 0 or least_s < 0 or not 0 <= self.dropout_s <= self.empty_s:
            raise ValueError(f"times must be 0 or more, smoothing_s above 0, dropout_s at most empty_s: {self}")


class ActivityFilter:
    """Turns one person's predictions into an activity that does not flicker.

    A change must be wanted without a break for its minimum duration before it is made; ``since`` is the time from
    which it was wanted. Background labels ("other", "idle") are the classifier's way of saying that there is no
    activity to report: they are reported as `unknown`, unless something else is known of the person.
    """

    def __init__(
        self,
        labels: Sequence[str],
        thresholds: Mapping[str, Threshold] | None = None,
        background_labels: Collection[str] = (),
        times: FilterTimes | None = None,
    ) -> None:
        """Take the classifier's labels; those without a threshold have the default one.

        Raises ValueError for thresholds or background labels that are not among the labels.
        """
        thresholds = thresholds or {}
        if strange := (set(thresholds) | set(background_labels)) - set(labels):
            raise ValueError(f"not among the classifier's labels: {', '.join(sorted(strange))}")
        self._thresholds = {label: thresholds.get(label, Threshold()) for label in labels}
        self._index = {label: index for index, label in enumerate(labels) if label not in background_labels}
        self._times = times or FilterTimes()
        self._smoothed: NDArray[np.float64] | None = None
        self._predicted_t = self._seen_t = -math.inf
        self._activity: str | None = None
        self._since = 0.0
        self._wanted: str | None = None
        self._wanted_since = 0.0
        self._t = -math.inf
        self.recognised: Known | None = None
        """What the network's probabilities say, with hysteresis; None if they say no label."""
        self._lent: Known | None = None
        self._last: Known | None = None
        """The activity with its probability when there last was one: not while a person is hidden."""

    @property
    def settled(self) -> bool:
        """Whether the person has been in view long enough for an activity, be it `unknown`, to be believed."""
        return self._activity is not None

    @property
    def hidden(self) -> bool:
        """Whether the person has not been seen for longer than a dropout."""
        return self._wanted is None

    @property
    def left_at(self) -> float | None:
        """The time since which the person counts as having left; None while the person may come back."""
        gone = self.hidden and self._t - self._wanted_since >= self._times.empty_s - self._times.dropout_s
        return self._wanted_since if gone else None

    def update(
        self,
        t: float,
        seen: bool,
        prediction: Prediction | None,
        otherwise: Known | None = None,
        refused: Container[str] = (),
    ) -> Activity:
        """Take one frame's time (growing), whether the person was seen in it, and the newest prediction.

        A prediction counts once: the same one may be given with every frame until the next. ``otherwise`` is what is
        known of the person besides: the label where none is recognised, if it is the classifier's. ``refused`` are
        labels that cannot be.
        """
        if self._t == -math.inf:
            self._since = self._wanted_since = t
        self._t = t
        if seen:
            self._seen_t = t
        self._smooth(t, prediction)
        self.recognised = self._recognised(refused)
        self._settle(t, self._desired(t, otherwise))
        return Activity(self._activity or UNKNOWN, self._probability(), self._since)

    def _smooth(self, t: float, prediction: Prediction | None) -> None:
        if prediction is None or prediction.t == self._predicted_t:
            if t - self._predicted_t > self._times.dropout_s:
                self._smoothed = None
            return
        probabilities = prediction.probabilities.astype(np.float64)
        if self._smoothed is None:
            self._smoothed = probabilities
        else:
            share = -math.expm1(-(prediction.t - self._predicted_t) / self._times.smoothing_s)
            self._smoothed = self._smoothed + share * (probabilities - self._smoothed)
        self._predicted_t = prediction.t

    def _desired(self, t: float, otherwise: Known | None) -> str | None:
        """Return what would be reported if no time had to pass; None for a person who is not there."""
        if t - self._seen_t > self._times.dropout_s:
            return None
        if self.recognised is not None:
            self._lent = None
            return self.recognised.label
        if otherwise is None or otherwise.label not in self._index:
            return UNKNOWN
        self._lent = otherwise
        return otherwise.label

    def _recognised(self, refused: Container[str]) -> Known | None:
        if self._smoothed is None or not self._index:
            return None
        best = max(self._index, key=self._smoothed_of)
        enter = max(self._thresholds[best].enter, float(self._smoothed.max()))
        if best not in refused and self._smoothed_of(best) >= enter:
            return self._known(best)
        # What was lent has not been recognised: it takes as much as anything new.
        current = None if self._lent or self._activity in refused else self._activity
        if current in self._index and self._smoothed_of(current) >= self._thresholds[current].leave:
            return self._known(current)
        return None

    def _known(self, label: str) -> Known:
        return Known(label, min(1.0, self._smoothed_of(label)))

    def _smoothed_of(self, label: str) -> float:
        return 0.0 if self._smoothed is None else float(self._smoothed[self._index[label]])

    def _settle(self, t: float, desired: str | None) -> None:
        """Change over to what has been wanted for long enough."""
        if desired != self._wanted:
            self._wanted, self._wanted_since = desired, t
        if desired in {None, self._activity} or (self._activity is None and t > self._seen_t):
            return  # who was seen for a moment only is not believed, however long the dropout
        if t - self._wanted_since >= self._holding_s(desired):
            self._activity, self._since = desired, self._wanted_since

    def _holding_s(self, label: str | None) -> float:
        threshold = self._thresholds.get(label or UNKNOWN)
        least = threshold.min_duration_s if threshold else self._times.unknown_s
        news = self.recognised is not None or (self._lent is not None and self._lent.at_once and label != UNKNOWN)
        if news or self._activity not in self._index:
            return least
        refill_s = self._times.refill_s if self._smoothed is None and label == UNKNOWN else 0.0
        return max(least, refill_s, self._times.hold_s)

    def _probability(self) -> float:
        if self._lent is not None and self._lent.label == self._activity:
            return self._lent.probability
        if self._activity not in self._index:
            return 0.0
        if self._smoothed is not None or self._last is None or self._last.label != self._activity:
            self._last = self._known(self._activity)
        return self._last.probability
