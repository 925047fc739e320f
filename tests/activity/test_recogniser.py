"""Tests of recognising one person by a sliding window."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.recogniser import CLASSIFY_S, WindowedRecogniser
from haredge.activity.window import MAX_GAP_S
from haredge.config.schema import LOWEST_USABLE_HZ
from haredge.core.types import Frame, Pose, Prediction
from haredge.sources.throttle import FrameThrottle

IMAGE = np.zeros((4, 4, 3), np.uint8)
KEYPOINTS = np.ones((17, 3), np.float32)


class Counting:
    """A classifier that counts its windows."""

    labels = ("a", "b")
    span_s = least_span_s = 1.0

    def __init__(self) -> None:
        self.times: list[float] = []

    def classify(self, window: Sequence[Pose]) -> Prediction:
        self.times.append(window[-1].t)
        return Prediction(window[-1].t, np.array([1, 0], np.float32))


def show(recogniser: WindowedRecogniser, times: Sequence[float], *, seen: bool = True) -> list[Prediction | None]:
    return [recogniser.update(Frame(0, t, IMAGE), Pose(t, KEYPOINTS) if seen else None) for t in times]


def test_a_window_is_classified_a_few_times_per_second() -> None:
    """Once it is full, and then every CLASSIFY_S; in between the last prediction holds."""
    classifier = Counting()
    answers = show(WindowedRecogniser(classifier), [index / 15 for index in range(46)])
    assert classifier.times[0] == pytest.approx(1.0)
    assert np.diff(classifier.times) == pytest.approx([CLASSIFY_S] * (len(classifier.times) - 1), abs=1 / 15)
    assert [answer is None for answer in answers] == [True] * 15 + [False] * 31
    assert {answer.t for answer in answers if answer} == set(classifier.times)


def test_nothing_is_predicted_of_a_person_who_is_not_seen() -> None:
    """Nor after a gap, until a window is full again."""
    recogniser = WindowedRecogniser(Counting())
    show(recogniser, [index / 15 for index in range(30)])
    assert show(recogniser, [2.0], seen=False) == [None]
    assert show(recogniser, [2.1 + MAX_GAP_S + index / 15 for index in range(15)]) == [None] * 15


@given(st.floats(6, 60), st.integers(0, 2**31))
def test_windows_fill_at_the_lowest_usable_rate(camera_hz: float, seed: int) -> None:
    """Whatever the camera's rate, and with times that jitter by 10 ms: thinned out to that rate no window is lost."""
    jitter = np.random.default_rng(seed).uniform(-0.01, 0.01, 400)
    times = np.sort(np.arange(400) / camera_hz + jitter).tolist()
    throttle, recogniser = FrameThrottle(), WindowedRecogniser(Counting())
    answers = show(recogniser, [t for t in times if throttle.accepts(t, LOWEST_USABLE_HZ)])
    first = next(index for index, answer in enumerate(answers) if answer)
    assert None not in answers[first:]
    assert LOWEST_USABLE_HZ > 1 / MAX_GAP_S
