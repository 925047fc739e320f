"""Tests of resolving thresholds: the most specific setting holds, and mistakes are refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.thresholds import ENTER, MIN_DURATION_S, Threshold, measured_sensitivities, resolve
from haredge.config.schema import ActivitySection
from haredge.core.errors import ConfigError

LABELS = ("wave", "squat")


@dataclass(frozen=True)
class Model:
    """What a model says of its labels."""

    thresholds: Mapping[str, float] = field(default_factory=dict)
    sensitivities: Mapping[Literal["low", "high"], Mapping[str, float]] = field(default_factory=dict)
    min_durations_s: Mapping[str, float] = field(default_factory=dict)
    name: str = "m"
    labels: Sequence[str] = LABELS


def test_without_settings_the_model_decides_then_the_defaults() -> None:
    """A label has its model's threshold, or the default if the model gives none."""
    assert resolve(Model({"wave": 0.8}), ActivitySection()) == {
        "wave": Threshold(0.8, MIN_DURATION_S),
        "squat": Threshold(ENTER, MIN_DURATION_S),
    }


def test_a_threshold_for_all_labels_holds_over_the_models_own() -> None:
    """`activity.threshold` applies to every label, those included that have one of their own in the model."""
    resolved = resolve(Model({"wave": 0.8}), ActivitySection(threshold=0.9, min_duration_s=2))
    assert resolved == dict.fromkeys(LABELS, Threshold(0.9, 2))


def test_a_setting_for_one_label_holds_over_one_for_all() -> None:
    """The most specific setting wins."""
    section = ActivitySection(threshold=0.9, thresholds={"wave": 0.3}, min_duration_s=2, min_durations_s={"squat": 4})
    assert resolve(Model({"wave": 0.8}), section) == {"wave": Threshold(0.3, 2), "squat": Threshold(0.9, 4)}


def test_a_model_may_know_how_long_its_labels_last() -> None:
    """A jump is over in the time for which standing must hold; a setting of the place holds over the model's."""
    model = Model(min_durations_s={"wave": 0.1})
    assert resolve(model, ActivitySection())["wave"].min_duration_s == 0.1
    assert resolve(model, ActivitySection())["squat"].min_duration_s == MIN_DURATION_S
    assert resolve(model, ActivitySection(min_duration_s=2))["wave"].min_duration_s == 2


def test_a_sensitivity_takes_the_models_thresholds_for_it() -> None:
    """Labels that the model gives none at a sensitivity keep their normal ones."""
    model = Model({"wave": 0.8, "squat": 0.7}, {"low": {"wave": 0.9}, "high": {"wave": 0.6, "squat": 0.5}})
    low = resolve(model, ActivitySection(sensitivity="low"))
    assert {label: one.enter for label, one in low.items()} == {"wave": 0.9, "squat": 0.7}
    high = resolve(model, ActivitySection(sensitivity="high", thresholds={"squat": 0.95}))
    assert {label: one.enter for label, one in high.items()} == {"wave": 0.6, "squat": 0.95}


def test_a_model_can_be_set_to_the_sensitivities_at_which_it_was_measured() -> None:
    """From low to high; to normal always."""
    assert measured_sensitivities(Model(sensitivities={"high": {}, "low": {}})) == ("low", "normal", "high")
    assert measured_sensitivities(Model(sensitivities={"high": {}})) == ("normal", "high")
    assert measured_sensitivities(Model()) == ("normal",)


def test_a_sensitivity_that_was_not_measured_is_refused() -> None:
    """It would change nothing: the message says what can be set instead."""
    with pytest.raises(ConfigError, match=r"activity.sensitivity: the model m .* 'low'.* set activity.threshold"):
        resolve(Model({"wave": 0.8}), ActivitySection(sensitivity="low"))


@pytest.mark.parametrize("key", ["thresholds", "min_durations_s"])
def test_a_label_that_the_model_does_not_have_is_refused_with_its_key(key: str) -> None:
    """The message names the key, the model and the label that was meant."""
    with pytest.raises(ConfigError, match=rf"activity.{key}.wav: the model m has no such label; did you mean wave\?"):
        resolve(Model(), ActivitySection.model_validate({key: {"wav": 0.5}}))


@given(st.floats(0, 1), st.floats(0, 3600))
def test_a_label_is_withdrawn_below_where_it_is_reported(enter: float, min_duration_s: float) -> None:
    """For any threshold there is a gap between reporting and withdrawing, except at 0."""
    threshold = Threshold(enter, min_duration_s)
    assert 0 <= threshold.leave <= threshold.enter
    assert threshold.leave < threshold.enter or threshold.enter < 1e-300


@pytest.mark.parametrize("wrong", [{"enter": 1.5}, {"enter": -0.1}, {"enter": float("nan")}, {"min_duration_s": -1.0}])
def test_impossible_thresholds_are_refused(wrong: dict[str, float]) -> None:
    """A probability lies between 0 and 1, and a duration is not negative."""
    with pytest.raises(ValueError, match="threshold"):
        Threshold(**wrong)


def test_thresholds_are_free_of_numpy() -> None:
    """`haredge config check` resolves thresholds on a board in milliseconds."""
    check = "import haredge.activity.thresholds, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
