"""Tests of the figures that say how good a classifier is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.errors import DataError
from haredge.core.types import Keypoints
from haredge.datasets.clips import LabelledClip
from haredge.evaluation.windows import calibration_error, measure

LABELS = ("left", "right", "never")


def clip(label: str, speed: float, seconds: float = 3.0) -> LabelledClip:
    """Move right (or left) at so many pixels a second."""
    times = np.arange(round(seconds * 30) + 1) / 30
    keypoints = np.ones((len(times), 17, 3), np.float32)
    keypoints[..., 0] = 100 + speed * times[:, None]
    return LabelledClip(label, label, times, keypoints, label)


def by_direction(windows: Keypoints) -> np.ndarray:
    """Predict by the first keypoint's way whether a person goes left or right, with more confidence if faster."""
    way = windows[:, -1, 0, 0] - windows[:, 0, 0, 0]
    right = 1 / (1 + np.exp(-way / 10))
    return np.stack([1 - right, right, np.zeros_like(right)], axis=1)


def test_a_classifier_that_is_right_is_all_right() -> None:
    """Every figure is 1, and the confusion matrix has the clips on its diagonal."""
    clips = [clip("left", -50), clip("left", -80), clip("right", 90)]
    measured = measure(clips, LABELS, 1.0, by_direction)
    assert (measured.accuracy, measured.window_accuracy, measured.clip_accuracy) == (1, 1, 1)
    assert measured.macro_f1 == 1
    assert measured.confusion.tolist() == [[2, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_mistakes_are_counted_where_they_belong() -> None:
    """Rows are true labels and columns answers; a label without clips does not count for macro F1."""
    clips = [clip("left", -50), clip("left", 50), clip("right", 90), clip("right", 90)]
    measured = measure(clips, LABELS, 1.0, by_direction)
    assert measured.accuracy == 0.75
    assert measured.confusion.tolist() == [[1, 1, 0], [0, 2, 0], [0, 0, 0]]
    assert measured.recall[:2].tolist() == [0.5, 1.0]
    assert measured.precision[:2].tolist() == [1.0, pytest.approx(2 / 3)]
    assert measured.macro_f1 == pytest.approx((2 / 3 + 0.8) / 2)


def test_a_clip_is_predicted_by_the_mean_of_its_windows() -> None:
    """A clip that goes slowly right and fast left is left by its windows' mean, though most windows are right."""
    times = np.arange(121) / 30
    keypoints = np.ones((121, 17, 3), np.float32)
    keypoints[..., 0] = np.where(times < 3, 100 + 5 * times, 115 - 100 * (times - 3))[:, None]
    turning = LabelledClip("t", "right", times, keypoints, "t")
    measured = measure([turning], LABELS, 0.5, by_direction)
    assert measured.window_accuracy > 0.5
    assert measured.clip_accuracy == 0


def with_a_rest(windows: Keypoints) -> np.ndarray:
    """Predict the direction, but neither for everything slower than some pixels per second."""
    reported = by_direction(windows)
    way = np.abs(windows[:, -1, 0, 0] - windows[:, 0, 0, 0])
    reported[:, 2] = np.where(way < 100, 1.5, 0)
    shares: np.ndarray = reported / reported.sum(axis=1, keepdims=True)
    return shares


def test_the_closed_figures_are_those_of_a_model_without_a_rest() -> None:
    """What is taken for a label that no clip has counts as wrong, and in the closed figures for the next best."""
    clips = [clip("left", -50), clip("right", 20), clip("right", -20)]
    measured = measure(clips, LABELS, 1.0, with_a_rest)
    assert measured.accuracy == pytest.approx(1 / 3)
    assert measured.closed.accuracy == pytest.approx(2 / 3)
    assert measured.window_accuracy == 0
    assert measured.closed.window_accuracy == measured.closed.clip_accuracy == pytest.approx(2 / 3)


def test_labels_that_the_model_does_not_know_are_an_error() -> None:
    """The error names the label and those that are known; no clips are an error too."""
    with pytest.raises(DataError, match="dance"):
        measure([clip("dance", 1)], LABELS, 1.0, by_direction)
    with pytest.raises(DataError, match="no clips"):
        measure([], LABELS, 1.0, by_direction)


def sure(*probabilities: float) -> np.ndarray:
    """Make answers of the first of two labels, each with its probability."""
    return np.array([[probability, 1 - probability] for probability in probabilities], np.float32)


def test_calibration_is_how_far_surety_lies_from_being_right() -> None:
    """Sure and right is 0, sure and wrong is 1; three of four right at 0.9 is 0.15 too sure."""
    right, wrong = np.zeros(4, int), np.ones(4, int)
    assert calibration_error(sure(1, 1, 1, 1), right) == 0
    assert calibration_error(sure(1, 1, 1, 1), wrong) == 1
    assert calibration_error(sure(0.9, 0.9, 0.9, 0.9), np.array([0, 0, 0, 1])) == pytest.approx(0.15)


def test_bins_of_opposite_mistakes_do_not_make_up_for_each_other() -> None:
    """Too sure in one bin and not sure enough in another is an error in both, though on the whole 0.75 is right."""
    error = calibration_error(sure(0.6, 0.6, 0.9, 0.9), np.array([0, 0, 0, 1]))
    assert error == pytest.approx(0.4)


def test_the_windows_calibration_is_measured() -> None:
    """A classifier that is always sure is as far off as its windows are wrong."""
    clips = [clip("left", -90), clip("right", 90), clip("right", -90)]
    measured = measure(clips, LABELS, 1.0, lambda windows: np.round(by_direction(windows)))
    assert measured.calibration_error == pytest.approx(1 - measured.window_accuracy)


@given(st.lists(st.tuples(st.floats(0.5, 1), st.booleans()), min_size=1, max_size=50))
def test_calibration_lies_between_the_overall_distance_and_one(answers: list[tuple[float, bool]]) -> None:
    """Never below the distance of the means over all answers, and never above 1."""
    shares, right = sure(*(p for p, _ in answers)), np.array([ok for _, ok in answers])
    error = calibration_error(shares, (~right).astype(int))
    assert abs(shares.max(axis=1).mean() - right.mean()) - 1e-6 <= error <= 1
