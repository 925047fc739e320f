"""Promises of the loop: order, one observation a frame, and the same answers at any frame rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace

import numpy as np
import pytest

from haredge.activity.filter import ActivityFilter
from haredge.activity.recogniser import WindowedRecogniser
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.seams import FallDetector, Measure
from haredge.core.types import Fall, FallAlarm, Frame, Observation, Person, Pose, Prediction
from haredge.pipeline import observe, track

IMAGE = np.zeros((4, 4, 3), np.uint8)


def frames(*times: float) -> list[Frame]:
    return [Frame(index, t, IMAGE) for index, t in enumerate(times)]


def video(rate_hz: float, seconds: float) -> list[Frame]:
    return frames(*(index / rate_hz for index in range(int(rate_hz * seconds) + 1)))


class PersonBetween:
    """An estimator that sees a person from one time to another, whose nose moves right at 10 pixels a second."""

    def __init__(self, start: float, end: float) -> None:
        self.start, self.end = start, end

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        if not self.start <= frame.t < self.end:
            return ()
        keypoints = np.ones((17, 3), np.float32)
        keypoints[:, 0] = 10 * frame.t
        return (Pose(frame.t, keypoints),)


class MovesRight:
    """A classifier that says whether the nose moved right, and remembers its windows."""

    labels = ("still", "right")
    span_s = least_span_s = 1.0

    def __init__(self) -> None:
        self.windows: list[Sequence[Pose]] = []

    def classify(self, window: Sequence[Pose]) -> Prediction:
        self.windows.append(window)
        right = float(window[-1].keypoints[0, 0] - window[0].keypoints[0, 0] > 5)
        return Prediction(window[-1].t, np.array([1 - right, right], np.float32))


def observed_by(
    classifier: MovesRight, taken: list[Frame], start: float = 0, end: float = 99, measure: Measure = nullcontext
) -> list[Observation]:
    return list(
        observe(
            taken,
            PersonBetween(start, end),
            lambda: WindowedRecogniser(classifier, measure),
            lambda: ActivityFilter(classifier.labels),
            measure=measure,
        )
    )


def labels_of(taken: list[Frame], start: float = 0, end: float = 99) -> list[str]:
    return [observation.activity.label for observation in observed_by(MovesRight(), taken, start, end)]


def test_each_frame_becomes_one_observation_in_order() -> None:
    """No frame is lost, doubled or moved by the loop."""
    taken = video(10, 3)
    assert [observation.frame for observation in observed_by(MovesRight(), taken)] == taken


def test_no_person_then_unknown_then_the_activity_then_no_person() -> None:
    """A person comes, does something, and goes: every state is reported, in that order."""
    steps = labels_of(video(15, 12), start=2, end=8)
    assert [label for label, before in zip(steps, [None, *steps], strict=False) if label != before] == [
        NO_PERSON,
        UNKNOWN,
        "right",
        NO_PERSON,
    ]


@pytest.mark.parametrize("rate_hz", [10, 15, 30])
def test_a_video_gets_the_same_activities_at_every_rate(rate_hz: float) -> None:
    """A slow board says what a fast one says, within a frame or two."""
    steps = labels_of(video(rate_hz, 12), start=2, end=8)
    seconds = {label: count / rate_hz for label, count in Counter(steps).items()}
    reference = {label: count / 30 for label, count in Counter(labels_of(video(30, 12), start=2, end=8)).items()}
    assert seconds == pytest.approx(reference, abs=0.25)


def test_windows_have_nine_poses_over_the_models_span() -> None:
    """The classifier meets the windows that it was trained on, and none before one is full."""
    classifier = MovesRight()
    observed = observed_by(classifier, video(15, 3))
    assert {len(window) for window in classifier.windows} == {9}
    spans = [window[-1].t - window[0].t for window in classifier.windows]
    assert spans == pytest.approx([classifier.span_s] * len(spans))
    assert [observation.prediction is None for observation in observed] == [o.frame.t < 1 for o in observed]


def test_nothing_is_classified_while_no_person_is_in_view() -> None:
    """An old window is not classified again after its person has left."""
    observed = observed_by(MovesRight(), video(15, 6), 0, 3)
    people = [person for observation in observed for person in observation.people]
    assert any(person.pose is None for person in people)
    assert all(person.prediction is None for person in people if person.pose is None)


def test_every_stage_is_timed() -> None:
    """What the bench and the health message report covers the whole loop; the classifier runs a few times a second."""
    timed: Counter[str] = Counter()

    @contextmanager
    def measure(stage: str) -> Iterator[None]:
        timed[stage] += 1
        yield

    observed_by(MovesRight(), video(10, 3), measure=measure)
    assert timed == {"pose": 31, "window": 31, "activity": 31, "classify": 6}


class TwoPeople:
    """An estimator that follows two people: one who moves right, and one who stands still and comes a second later."""

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        moving, still = np.ones((17, 3), np.float32), np.ones((17, 3), np.float32)
        moving[:, 0] = 10 * frame.t
        poses = (Pose(frame.t, moving, track=4), Pose(frame.t, still, track=9))
        return poses if frame.t >= 1 else poses[:1]


def test_each_person_has_a_window_a_prediction_and_an_activity_of_their_own() -> None:
    """Two people who do different things are two answers; the view's activity is the first one's."""
    classifier = MovesRight()
    observed = observe(
        video(15, 5),
        TwoPeople(),
        lambda: WindowedRecogniser(classifier),
        lambda: ActivityFilter(classifier.labels),
    )
    last = list(observed)[-1]
    assert [(person.id, person.activity.label) for person in last.people] == [(1, "right"), (2, "still")]
    assert last.activity == last.people[0].activity
    assert last.prediction is last.people[0].prediction


class EveryImage:
    """A recogniser of single images: it predicts by the brightness of each frame, and needs no window."""

    labels = ("dark", "bright")

    def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
        bright = float(frame.image.mean() > 127)
        return None if pose is None else Prediction(frame.t, np.array([1 - bright, bright], np.float32))


def test_a_recogniser_of_single_images_takes_the_windows_place() -> None:
    """The loop knows no window: what predicts from the frame alone is a recogniser, too."""
    frames_ = [Frame(index, index / 10, np.full((4, 4, 3), 255 * (index > 30), np.uint8)) for index in range(60)]
    observed = observe(frames_, PersonBetween(0, 9), EveryImage, lambda: ActivityFilter(EveryImage.labels))
    labels = [observation.activity.label for observation in observed]
    assert [label for label, before in zip(labels, [None, *labels], strict=False) if label != before] == [
        NO_PERSON,
        "dark",
        "bright",
    ]


def test_poses_are_tracked_frame_by_frame_without_recognition() -> None:
    """What `extract` and `record` run is the first half of the loop: each frame, in order, with its poses."""
    taken = video(10, 2)
    tracked = list(track(taken, PersonBetween(1, 9)))
    assert [frame for frame, _ in tracked] == taken
    assert [len(poses) for _, poses in tracked] == [0] * 10 + [1] * 11


class EveryoneHasFallen:
    """A fall detector that reports a fall of the first person in view."""

    def update(self, frame: Frame, people: tuple[Person, ...]) -> tuple[tuple[Person, ...], FallAlarm]:
        fallen = tuple(replace(person, fall=Fall("possible", frame.t)) for person in people)
        return fallen, FallAlarm("possible", frame.t, person=people[0].id) if people else FallAlarm("clear", frame.t)


def test_falls_are_looked_for_if_there_is_a_detector() -> None:
    """The fall detector gets everyone in view of each frame; what it returns is what is observed."""
    seen = PersonBetween(1, 9)

    def observations(falls: FallDetector | None) -> list[Observation]:
        classifier = MovesRight()
        return list(
            observe(
                frames(0.5, 1.0, 1.5),
                seen,
                lambda: WindowedRecogniser(classifier),
                lambda: ActivityFilter(classifier.labels),
                falls=falls,
            )
        )

    without, watched = observations(None), observations(EveryoneHasFallen())
    assert [observation.fall_alarm for observation in without] == [None, None, None]
    assert all(person.fall is None for observation in without for person in observation.people)
    assert [observation.fall_alarm and observation.fall_alarm.state for observation in watched] == [
        "clear",
        "possible",
        "possible",
    ]
    assert [person.fall and person.fall.since for person in watched[2].people] == [1.5]
