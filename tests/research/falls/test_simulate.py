"""Promises of research.falls.simulate: replays of falls that say when they end, and of life without one."""

from __future__ import annotations

import numpy as np

from research.falls.simulate import Furniture, lived, simulated


def test_a_fall_and_a_replay_without_one() -> None:
    """The fall lies in the video, and ends when the person is down: not later than its step."""
    fall, quiet = simulated(1, seed=3)
    assert fall.fall is not None
    begin, end = fall.fall
    assert fall.frames[0].t < begin < end < min(begin + 3.5, fall.frames[-1].t)
    assert quiet.fall is None
    assert any(frame.poses for frame in quiet.frames)


def test_life_lasts_as_long_as_it_should() -> None:
    """And is without falls, under the name of its group."""
    replays = list(lived(0.003, ("standing", "waving", "clapping"), "daily"))
    assert sum(replay.quiet_s for replay in replays) >= 0.003 * 3600
    assert {(replay.group, replay.fall) for replay in replays} == {("daily", None)}


def test_furniture_hides_what_is_low_behind_it() -> None:
    """Not what is high, in front of it, or beside it."""
    board = Furniture(np.array([[-1.0, 0.0], [1.0, 0.0]]), 0.8)
    points = np.array([[0, 0.2, -1], [0, 1.5, -1], [0, 0.2, 1], [5, 0.2, -1]], np.float64)
    assert board.hides(points, np.array([0.0, 1.2, 4.0])).tolist() == [True, False, False, False]
