"""Promises of the loop: order, one observation a frame, and the same answers at any frame rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.filter import ActivityFilter
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Frame, Pose, Prediction
from haredge.pipeline import Rhythm, at_rate, observe

IMAGE = np.zeros((4, 4, 3), np.uint8)


def frames(*times: float) -> list[Frame]:
    return [Frame(index, t, IMAGE) for index, t in enumerate(times)]


def film(rate_hz: float, seconds: float) -> list[Frame]:
    return frames(*(index / rate_hz for index in range(int(rate_hz * seconds) + 1)))


class PersonBetween:
    """An estimator that sees a person from one time to another, whose nose moves right at 10 pixels a second."""

    def __init__(self, start: float, end: float) -> None:
        self.start, self.end = start, end

    def estimate(self, frame: Frame) -> Pose | None:
        if not self.start <= frame.t < self.end:
            return None
        keypoints = np.ones((17, 3), np.float32)
        keypoints[:, 0] = 10 * frame.t
        return Pose(frame.t, keypoints)


class MovesRight:
    """A classifier that tells whether the nose moved right, and remembers its windows."""

    labels = ("still", "right")
    span_s = 1.0

    def __init__(self) -> None:
        self.windows: list[Sequence[Pose]] = []

    def classify(self, window: Sequence[Pose]) -> Prediction:
        self.windows.append(window)
        right = float(window[-1].keypoints[0, 0] - window[0].keypoints[0, 0] > 5)
        return Prediction(window[-1].t, np.array([1 - right, right], np.float32))


def labels_of(film_: list[Frame], start: float = 0, end: float = 99) -> list[str]:
    observed = observe(film_, PersonBetween(start, end), MovesRight(), ActivityFilter(MovesRight.labels))
    return [observation.activity.label for observation in observed]


def test_each_frame_becomes_one_observation_in_order() -> None:
    """No frame is lost, doubled or moved by the loop."""
    taken = film(10, 3)
    observed = observe(taken, PersonBetween(0, 9), MovesRight(), ActivityFilter(MovesRight.labels))
    assert [observation.frame for observation in observed] == taken


def test_no_person_then_unknown_then_the_activity_then_no_person() -> None:
    """Somebody comes, does something, and goes: every state is told, in that order."""
    steps = labels_of(film(15, 12), start=2, end=8)
    assert [label for label, before in zip(steps, [None, *steps], strict=False) if label != before] == [
        NO_PERSON,
        UNKNOWN,
        "right",
        NO_PERSON,
    ]


@pytest.mark.parametrize("rate_hz", [10, 15, 30])
def test_a_film_gets_the_same_activities_at_every_rate(rate_hz: float) -> None:
    """A slow board says what a fast one says, within a frame or two."""
    steps = labels_of(film(rate_hz, 12), start=2, end=8)
    seconds = {label: count / rate_hz for label, count in Counter(steps).items()}
    reference = {label: count / 30 for label, count in Counter(labels_of(film(30, 12), start=2, end=8)).items()}
    assert seconds == pytest.approx(reference, abs=0.25)


def test_windows_have_nine_poses_over_the_models_span() -> None:
    """The classifier meets the windows that it was trained on, and none before one is full."""
    classifier = MovesRight()
    observed = list(observe(film(15, 3), PersonBetween(0, 9), classifier, ActivityFilter(classifier.labels)))
    assert {len(window) for window in classifier.windows} == {9}
    spans = [window[-1].t - window[0].t for window in classifier.windows]
    assert spans == pytest.approx([classifier.span_s] * len(spans))
    assert [observation.prediction is None for observation in observed] == [o.frame.t < 1 for o in observed]


def test_nothing_is_classified_while_nobody_is_in_view() -> None:
    """An old window is not classified again after its person has left."""
    observed = list(observe(film(15, 6), PersonBetween(0, 3), MovesRight(), ActivityFilter(MovesRight.labels)))
    assert all(observation.prediction is None for observation in observed if observation.pose is None)


def test_every_stage_is_timed() -> None:
    """What the bench and the health message report covers the whole loop; the classifier runs a few times a second."""
    timed: Counter[str] = Counter()

    @contextmanager
    def measure(stage: str) -> Iterator[None]:
        timed[stage] += 1
        yield

    list(observe(film(10, 3), PersonBetween(0, 9), MovesRight(), ActivityFilter(MovesRight.labels), measure=measure))
    assert timed == {"pose": 31, "window": 31, "activity": 31, "classify": 6}


@given(
    st.lists(st.floats(0.001, 0.5), min_size=1, max_size=200),
    st.floats(1, 60),
)
def test_thinning_keeps_to_the_rate(steps: list[float], rate_hz: float) -> None:
    """Over any stretch no more frames pass than the rate allows, but for one frame of jitter."""
    times = np.cumsum(steps)
    kept = [frame.t for frame in at_rate(frames(*map(float, times)), rate_hz)]
    assert kept[0] == times[0]
    assert len(kept) <= (kept[-1] - kept[0]) * rate_hz + 2
    assert kept == sorted(set(kept))


@pytest.mark.parametrize(
    ("camera_hz", "rate_hz", "expected"), [(30, 15, 150), (30, 10, 100), (15, 15, 150), (10, 15, 100), (29.97, 15, 150)]
)
def test_thinning_gives_the_rate_that_was_asked_for(camera_hz: float, rate_hz: float, expected: int) -> None:
    """A camera that is faster is thinned out to the rate; one that is slower passes whole."""
    kept = list(at_rate(film(camera_hz, 10), rate_hz))
    assert len(kept) == pytest.approx(expected, abs=2)


def test_thinning_survives_jitter() -> None:
    """A 30 Hz camera whose times jitter by 5 ms still gives every second frame."""
    rng = np.random.default_rng(3)
    jittered = frames(*(index / 30 + float(rng.uniform(-0.005, 0.005)) for index in range(300)))
    assert [frame.index for frame in at_rate(jittered, 15)] == list(range(0, 300, 2))


def test_a_higher_rate_holds_at_once() -> None:
    """Whoever comes into an empty room is followed from the next frame on, not after the long step that was due."""
    rate_hz = 1.0
    rhythm = Rhythm(lambda: rate_hz)
    before = [index for index in range(60) if rhythm.takes(index / 30)]
    rate_hz = 15.0
    after = [index for index in range(60, 70) if rhythm.takes(index / 30)]
    assert len(before) == 3
    assert after[0] == 60
    assert max(np.diff(after)) <= 2
