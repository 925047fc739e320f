"""Thresholds are chosen by what they would have reported."""

from __future__ import annotations

import numpy as np
import pytest

from haredge.activity.thresholds import Threshold
from haredge.core.types import Pose, Prediction
from haredge.datasets.recording import About, Recording
from haredge.manifest import PoseModel
from research.real_videos.replay import Replay, Step, frame_times
from research.real_videos.rules import Bound, Material, choose

LABELS = ("wave", "jump", "other")


def replay(name: str, seconds: float, *probabilities: float) -> Replay:
    """Make a replay in which the classifier always answers the same, after a second."""
    steps = []
    for number in range(round(seconds * 10) + 1):
        t = number / 10
        prediction = Prediction(t, np.array(probabilities, np.float32)) if t >= 1 else None
        steps.append(Step(t, Pose(t, np.zeros((17, 3), np.float32)), prediction))
    return Replay(name, name, name, tuple(steps))


def test_a_threshold_lets_in_what_is_right_and_keeps_out_what_is_false() -> None:
    """Waving is right from .7 on and false at .6; a jump, over at once, needs no half second."""
    replays = [replay(f"{number}", 3.0, 0.7, 0.1, 0.2) for number in range(4)]
    replays += [replay("false", 3.0, 0.6, 0.1, 0.3), replay("short", 1.2, 0.1, 0.8, 0.1)]
    material = Material(LABELS, ("other",), replays, [{"wave"}] * 4 + [set(), {"jump"}])
    start = dict.fromkeys(LABELS, Threshold(0.9))
    chosen = choose(material, start, Bound(0.0, 0.0), {})
    assert 0.6 < chosen["wave"].enter <= 0.7
    assert chosen["jump"].min_duration_s < 0.5
    measured = material.measured(material.scores(chosen))
    assert (measured.at_some_time, measured.mistaken) == (1.0, 0.0)
    assert material.measured(material.scores(start)).at_some_time == 0.0


def test_what_is_set_manually_is_the_least() -> None:
    """The others are chosen with that: what it leaves of the bound is theirs."""
    replays = [replay("wave", 3.0, 0.7, 0.1, 0.2), replay("jump", 3.0, 0.1, 0.7, 0.2)]
    material = Material(LABELS, ("other",), replays, [{"wave"}, {"jump"}])
    chosen = choose(material, dict.fromkeys(LABELS, Threshold(0.9)), Bound(0.0, 0.0), {"wave": 0.8})
    assert chosen["wave"].enter >= 0.8
    assert chosen["jump"].enter <= 0.7


def test_of_what_happens_once_it_counts_that_it_is_reported() -> None:
    """A jump of which a tenth of a second is reported counts whole; of waving, which lasts, the time does."""
    replays = [replay("jump", 1.2, 0.1, 0.8, 0.1), replay("wave", 1.2, 0.8, 0.1, 0.1)]
    thresholds = dict.fromkeys(LABELS, Threshold(0.7, 0.0))
    by_events = []
    for events in ((), ("jump",)):
        material = Material(LABELS, ("other",), replays, [{"jump"}, {"wave"}], events)
        by_events.append(material.measured(material.scores(thresholds)))
    usual, once = by_events
    assert usual.reported == usual.right == once.right
    assert once.reported == pytest.approx(0.5 + usual.right / 2)


def test_frames_without_a_pose_are_there_again() -> None:
    """A recording has the poses' times only: the frames between are filled in at its rate."""
    about = About(
        name="a", label="b", group="c", source="d", rate_hz=10, pose_model=PoseModel(name="pose", sha256="0" * 64)
    )
    times = np.array([1.0, 1.1, 1.4])
    recording = Recording(about, 5, times, np.zeros((3, 17, 3), np.float32))
    np.testing.assert_allclose(frame_times(recording), [1.0, 1.1, 1.2, 1.3, 1.4])
