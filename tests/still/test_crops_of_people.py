"""Promises of haredge.still.crops and haredge.still.recogniser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import crowd
import numpy as np
import pytest
from numpy.typing import NDArray

from haredge.activity.thresholds import Threshold
from haredge.core.types import Frame, Image, Pose, Prediction
from haredge.still.crops import EACH_S, SHARE, Crops
from haredge.still.joining import Joining
from haredge.still.recogniser import STALE_S, JoinedRecogniser

IMAGE: Image = np.zeros((480, 640, 3), np.uint8)
MOTION = ("sitting", "walking")
STILL = ("drinking", "texting")


@dataclass
class Answers:
    """Gives the same answer to each crop, takes a time for it, and counts the crops."""

    row: Sequence[float] = (0.9, 0.1)
    takes: Callable[[], None] = lambda: None
    labels: Sequence[str] = STILL
    thresholds: Mapping[str, float] = field(default_factory=dict)
    crops: list[NDArray[np.uint8]] = field(default_factory=list)

    def probabilities(self, crops: Sequence[Image]) -> NDArray[np.float32]:
        self.crops += crops
        self.takes()
        return np.array([self.row] * len(crops), np.float32)


def frame(index: int, hz: float = 10) -> Frame:
    return Frame(index, index / hz, IMAGE)


def pose(t: float, track: int = 1, x: float = 300) -> Pose:
    return Pose(t, crowd.skeleton(x, 240, 200), track)


def turns(people: int, seconds: int, crops: Crops, hz: float = 10) -> list[tuple[float, int]]:
    """Return when each person's crop is classified."""
    return [
        (now.t, track)
        for now in (frame(index, hz) for index in range(round(seconds * hz)))
        for track in range(1, people + 1)
        if crops.classified(now, pose(now.t, track, 60.0 * track)) is not None
    ]


@pytest.mark.parametrize("people", [1, 3, 9])
def test_each_person_has_a_turn_a_second(people: int) -> None:
    """Never more than one in a frame, and none is left out."""
    taken = turns(people, 5, Crops(Answers()))
    assert set(Counter(track for _, track in taken).values()) == {5}
    assert max(Counter(t for t, _ in taken).values()) == 1
    for track in range(1, people + 1):
        times = [t for t, who in taken if who == track]
        assert min(np.diff(times)) >= EACH_S - 1e-9


def test_more_people_than_there_is_time_for_take_turns() -> None:
    """At 5 fps eight people share five crops a second, as evenly as can be."""
    counts = Counter(track for _, track in turns(8, 16, Crops(Answers()), hz=5))
    assert sum(counts.values()) == 80
    assert max(counts.values()) - min(counts.values()) <= 1


def test_on_a_live_source_crops_take_a_bounded_share_of_the_time() -> None:
    """A slow board classifies fewer; a file's frames, which nothing waits for, are not counted by the clock."""
    now = [0.0]

    def slow() -> None:
        now[0] += 0.15

    live = turns(4, 30, Crops(Answers(takes=slow), live=True, clock=lambda: now[0]))
    assert 0.15 * len(live) <= SHARE * 30 + 0.15
    assert {track for _, track in live} == {1, 2, 3, 4}
    assert len(turns(4, 30, Crops(Answers(takes=slow), clock=lambda: now[0]))) == 120


def test_who_leaves_is_not_waited_for() -> None:
    """Their turn is another's; a video that starts over starts from scratch."""
    crops = Crops(Answers())
    turns(3, 2, crops)
    later = [crops.classified(frame(index), pose(index / 10, 3)) is not None for index in range(20, 50)]
    assert sum(later) == 3
    assert crops.classified(frame(0), pose(0.0, 7)) is not None


def test_a_crop_is_of_the_person_in_rgb() -> None:
    """As the network was trained."""
    classifier = Answers()
    image = IMAGE.copy()
    image[:, :320] = (1, 2, 3)
    Crops(classifier).classified(Frame(0, 0.0, image), pose(0.0, x=150))
    (crop,) = classifier.crops
    assert crop[0, 0].tolist() == [3, 2, 1]
    assert crop.shape[0] < 400


@dataclass
class Motion:
    """A recogniser that predicts the same with every frame."""

    row: Sequence[float] = (0.9, 0.1)
    labels: Sequence[str] = MOTION

    def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
        return None if pose is None else Prediction(frame.t, np.array(self.row, np.float32))


def recogniser(classifier: Answers, motion: Motion | None = None) -> JoinedRecogniser:
    thresholds = {label: Threshold(0.6) for label in STILL}
    return JoinedRecogniser(
        motion or Motion(), Crops(classifier), Joining((*MOTION, *STILL), MOTION, STILL, thresholds)
    )


def drinking(one: JoinedRecogniser, frames: range, where: Callable[[float], float] = lambda _t: 300) -> list[float]:
    """Return the probability of drinking after each frame."""
    answers = []
    for index in frames:
        now = frame(index)
        prediction = one.update(now, pose(now.t, x=where(now.t)))
        assert prediction is not None
        assert prediction.t == now.t
        answers.append(float(prediction.probabilities[one.labels.index("drinking")]))
    return answers


def test_a_single_crop_is_not_believed() -> None:
    """The second confirms it."""
    answers = drinking(recogniser(Answers()), range(25))
    assert answers[:10] == [0] * 10
    assert answers[-1] > 0.6


def test_who_moves_fast_does_what_motion_shows() -> None:
    """Whatever the crops would show: none is classified meanwhile."""
    classifier = Answers()
    one = recogniser(classifier)
    assert drinking(one, range(30))[-1] > 0.6
    seen = len(classifier.crops)
    away = drinking(one, range(30, 50), lambda t: 300 + 200 * (t - 3))
    assert away[-1] == 0
    assert len(classifier.crops) - seen <= 1


def test_what_was_seen_long_ago_does_not_count() -> None:
    """A person who is followed but was not found in the frame has no crop."""
    one = recogniser(Answers())
    assert drinking(one, range(30))[-1] > 0.6
    old = pose(2.9)
    for index in range(30, 30 + round(10 * STALE_S) + 5):
        prediction = one.update(frame(index), old)
    assert prediction is not None
    assert prediction.probabilities.tolist() == pytest.approx([0.9, 0.1, 0, 0])


def test_without_a_pose_nothing_is_predicted() -> None:
    """As of motion alone."""
    one = recogniser(Answers())
    drinking(one, range(20))
    assert one.update(frame(20), None) is None
    assert one.update(frame(21), pose(2.1)) is not None


def test_a_walk_stays_a_walk() -> None:
    """Sure of walking, motion has the word."""
    one = recogniser(Answers((0.99, 0.01)), Motion((0.1, 0.9)))
    assert drinking(one, range(40))[-1] == 0


def test_a_prediction_is_joined_once() -> None:
    """The filter counts each once, by its time: the same one is returned until motion has another."""

    class Seldom(Motion):
        def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
            made = super().update(frame, pose)
            return made and replace(made, t=frame.t // 0.5 * 0.5)

    one = recogniser(Answers(), Seldom())
    made = [one.update(frame(index), pose(index / 10)) for index in range(30)]
    assert len({id(each) for each in made}) == 6
