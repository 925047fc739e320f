"""Promises of research.falls: a replay is what was detected, and a score counts what was reported of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from stick_figure import SIZE, falling_at, frames

from haredge.falls.watch import FallWatch
from research.falls.replay import PoseFrame, Replay, load_all
from research.falls.rows import rows
from research.falls.score import Score


@pytest.fixture
def replay() -> Replay:
    """Give a replay of a fall after 3 s, at 15 poses per second."""
    seen = tuple(PoseFrame(t, () if pose is None else (pose,)) for t, pose in frames(falling_at(3.0), 8, 15))
    return Replay("fall", "group", SIZE, (3.0, 3.9), seen)


def test_what_is_saved_is_loaded(tmp_path: Path, replay: Replay) -> None:
    """Times, tracks, keypoints, boxes and the fall."""
    replay.save(tmp_path)
    (loaded,) = load_all(tmp_path)
    assert (loaded.name, loaded.group, loaded.size, loaded.fall) == ("fall", "group", SIZE, (3.0, 3.9))
    for before, after in zip(replay.frames, loaded.frames, strict=True):
        assert before.t == after.t
        assert before.poses[0].box == pytest.approx(after.poses[0].box, abs=1e-3)
        np.testing.assert_allclose(before.poses[0].keypoints, after.poses[0].keypoints)


def test_a_fall_is_scored_with_its_delay(replay: Replay) -> None:
    """Reported in time, or missed; what comes long before the fall is false."""
    score = Score()
    score.add(replay.thinned(8), replay.thinned(8).alarms(FallWatch()))
    assert (score.reported, score.missed, score.false_possible) == (1, [], [])
    assert score.delays_s[0] < 0.5
    early = Replay(replay.name, replay.group, SIZE, (7.0, 7.5), replay.frames)
    score.add(early, early.alarms(FallWatch()))
    assert (score.reported, score.missed, len(score.false_possible)) == (1, ["fall"], 1)


def test_a_weakened_replay_shows_less_and_nothing_else(replay: Replay) -> None:
    """The same frames, some without the person."""
    weak = replay.weakened(np.random.default_rng(3))
    assert [frame.t for frame in weak.frames] == [frame.t for frame in replay.frames]
    assert 0 < sum(len(frame.poses) for frame in weak.frames) < len(replay.frames)


def test_rows_are_labelled_by_the_fall(replay: Replay) -> None:
    """Quiet before, on the ground after, neither in between."""
    taken = rows([replay])
    assert taken.quiet.sum() == pytest.approx(45, abs=1)
    assert not (taken.quiet & taken.on_ground).any()
    assert (taken.quiet | taken.on_ground).sum() < len(taken.quiet)
    assert taken.weight[taken.quiet].sum() == pytest.approx(1)


def test_the_score_of_a_folder_is_printed(tmp_path: Path, replay: Replay, capsys: pytest.CaptureFixture[str]) -> None:
    """By group, at any rate; what was missed by its name."""
    pytest.importorskip("scipy")
    from research.falls.__main__ import main

    replay.save(tmp_path)
    Replay("late", "other", SIZE, (7.0, 7.5), replay.frames).save(tmp_path)
    assert main(["score", str(tmp_path), "--rate", "8"]) == 0
    of_group, of_other, missed, false = capsys.readouterr().out.splitlines()
    assert of_group.startswith("group: 1 of 1 falls")
    assert of_other.startswith("other: 0 of 1 falls")
    assert missed == "    missed late"
    assert false.startswith("    false: other/late at 4.")
