"""When a label is reported: probabilities and durations, of a model and of a configuration, resolved once.

Free of numpy: `haredge config check` resolves thresholds without loading a network.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal, Protocol

from haredge.core.errors import ConfigError
from haredge.core.sensitivity import SENSITIVITIES, Sensitivity

ENTER: Final = 0.6
"""Probability at which a label is reported for which neither model nor configuration gives one."""

LEAVE_SHARE: Final = 2 / 3
"""Share of that probability under which a reported label is withdrawn. The gap between both keeps a probability near
the threshold from flickering."""

MIN_DURATION_S: Final = 0.5
"""Seconds for which a label must hold before it is reported."""

LEAST_CHOSEN: Final = 0.55
"""Least threshold that training chooses for a label."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a label is reported, and when it is withdrawn."""

    enter: float = ENTER
    """Smoothed probability, in [0, 1], from which the label is reported."""
    min_duration_s: float = MIN_DURATION_S
    """Seconds for which the label must hold before it is reported."""

    def __post_init__(self) -> None:
        if not 0 <= self.enter <= 1 or not self.min_duration_s >= 0:
            raise ValueError(f"a threshold is a probability from 0 to 1, and a duration of 0 or more: {self}")

    @property
    def leave(self) -> float:
        """Smoothed probability under which the label is withdrawn."""
        return self.enter * LEAVE_SHARE


class ModelThresholds(Protocol):
    """What a model says of its labels: its manifest."""

    @property
    def name(self) -> str:
        """The model's name, for messages."""

    @property
    def labels(self) -> Sequence[str]:
        """All of them."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Probability by label, for those that have one."""

    @property
    def sensitivities(self) -> Mapping[Literal["low", "high"], Mapping[str, float]]:
        """The same for the sensitivities that are not normal; empty if the model knows none but that."""

    @property
    def min_durations_s(self) -> Mapping[str, float]:
        """Minimum duration by label, for those that have one."""


class ThresholdSettings(Protocol):
    """What a place may set, for all labels or for single ones; None is not set."""

    @property
    def sensitivity(self) -> Sensitivity:
        """Which of the model's thresholds hold."""

    @property
    def threshold(self) -> float | None:
        """Probability for all labels, in place of those of the model."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Probability by label."""

    @property
    def min_duration_s(self) -> float | None:
        """Minimum duration of all labels."""

    @property
    def min_durations_s(self) -> Mapping[str, float]:
        """Minimum duration by label."""


def measured_sensitivities(model: ModelThresholds) -> tuple[Sensitivity, ...]:
    """Return the sensitivities that a model can be set to, those at which it was measured, from low to high."""
    return tuple(each for each in SENSITIVITIES if each == "normal" or each in model.sensitivities)


def resolve(model: ModelThresholds, settings: ThresholdSettings) -> Mapping[str, Threshold]:
    """Return each label's threshold: the most specific setting, else the model's own, else the default.

    Raises :class:`ConfigError` for a setting of a label, or a sensitivity, that the model does not have.
    """
    for key, named in (("thresholds", settings.thresholds), ("min_durations_s", settings.min_durations_s)):
        _check_labels(f"activity.{key}", named, model.name, model.labels)
    own = _at(settings.sensitivity, model)
    general = ENTER if settings.threshold is None else settings.threshold
    known = own if settings.threshold is None else {}
    own_s = model.min_durations_s if settings.min_duration_s is None else {}
    shortest_s = MIN_DURATION_S if settings.min_duration_s is None else settings.min_duration_s
    return {
        label: Threshold(
            settings.thresholds.get(label, known.get(label, general)),
            settings.min_durations_s.get(label, own_s.get(label, shortest_s)),
        )
        for label in model.labels
    }


def _at(sensitivity: Sensitivity, model: ModelThresholds) -> Mapping[str, float]:
    if sensitivity == "normal":
        return model.thresholds
    if sensitivity not in model.sensitivities:
        raise ConfigError(
            f"activity.sensitivity: the model {model.name} was not measured at '{sensitivity}', only at 'normal'; "
            "set activity.threshold instead, or train it again",
            "activity.sensitivity",
        )
    return {**model.thresholds, **model.sensitivities[sensitivity]}


def _check_labels(key: str, named: Collection[str], model: str, labels: Sequence[str]) -> None:
    for label in named:
        if label not in labels:
            close = get_close_matches(label, labels, n=1)
            hint = f"did you mean {close[0]}?" if close else f"its labels: {', '.join(labels)}"
            raise ConfigError(f"{key}.{label}: the model {model} has no such label; {hint}", f"{key}.{label}")
