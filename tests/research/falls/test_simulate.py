"""Promises of research.falls.simulate: replays of falls that say when they end, and of life without one."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from haredge.falls.watch import FallWatch
from research.falls.replay import load_all
from research.falls.simulate import FROM_BED, WAYS, Scene, falling, lived, simulated


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


def test_how_someone_fell_is_known() -> None:
    """Which way, seen from how high, and how much across the view."""
    rng = np.random.default_rng(0)
    for index in range(len(WAYS)):
        how = falling(index, rng).circumstances
        assert how is not None
        assert how.way == WAYS[index]
        assert 0.6 <= how.camera_m <= 2.8
        assert 0 <= how.across <= 1
    assert Scene.random(("standing",), rng).circumstances is None


def test_the_bed_that_someone_falls_from_is_kept(tmp_path: Path) -> None:
    """They rest in it before the fall and not on the floor, and a replay that is read again knows it."""
    scene = falling(WAYS.index(FROM_BED), np.random.default_rng(1))
    replay = scene.replay(0, "simulated")
    assert len(replay.bed) == 4
    replay.save(tmp_path)
    assert load_all(tmp_path)[0].bed == replay.bed
    assert falling(0, np.random.default_rng(1)).replay(0, "simulated").bed == ()
    alarms = [alarm for alarm in replay.alarms(FallWatch()) if alarm.state != "clear"]
    assert replay.fall
    assert all(alarm.since > replay.fall[0] for alarm in alarms)
