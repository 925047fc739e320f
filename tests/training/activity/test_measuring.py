"""Tests of the figures that say how good a classifier is."""

from __future__ import annotations

import numpy as np
import pytest

from haredge.core import Keypoints
from haredge.errors import DataError
from haredge.training.activity.clips import Clip
from haredge.training.activity.measuring import measure

LABELS = ("left", "right", "never")


def clip(label: str, speed: float, seconds: float = 3.0) -> Clip:
    """Move right (or left) at so many pixels a second."""
    times = np.arange(round(seconds * 30) + 1) / 30
    keypoints = np.ones((len(times), 17, 3), np.float32)
    keypoints[..., 0] = 100 + speed * times[:, None]
    return Clip(label, label, times, keypoints, label)


def by_direction(windows: Keypoints) -> np.ndarray:
    """Tell by the first keypoint's way whether somebody goes left or right, more surely if faster."""
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


def test_a_clip_is_told_by_the_mean_of_its_windows() -> None:
    """A clip that goes slowly right and fast left is left by its windows' mean, though most windows are right."""
    times = np.arange(121) / 30
    keypoints = np.ones((121, 17, 3), np.float32)
    keypoints[..., 0] = np.where(times < 3, 100 + 5 * times, 115 - 100 * (times - 3))[:, None]
    turning = Clip("t", "right", times, keypoints, "t")
    measured = measure([turning], LABELS, 0.5, by_direction)
    assert measured.window_accuracy > 0.5
    assert measured.clip_accuracy == 0


def test_labels_that_the_model_does_not_know_are_an_error() -> None:
    """The error names the label and those that are known; no clips are an error too."""
    with pytest.raises(DataError, match="dance"):
        measure([clip("dance", 1)], LABELS, 1.0, by_direction)
    with pytest.raises(DataError, match="no clips"):
        measure([], LABELS, 1.0, by_direction)
