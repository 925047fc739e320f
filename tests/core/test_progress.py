"""Progress and time left."""

from __future__ import annotations

from haredge.core.progress import Estimate, TaskProgress, bar


def test_the_time_left_follows_from_the_time_taken() -> None:
    """A quarter in ten seconds leaves thirty; what it took to begin does not count."""
    now = [0.0]
    estimate = Estimate(60.0, lambda: now[0])
    now[0] = 100.0
    assert estimate.at(0.0) == TaskProgress(0.0, None)
    now[0] = 110.0
    assert estimate.at(15.0) == TaskProgress(0.25, 30.0)


def test_nothing_is_guessed() -> None:
    """Neither before there is something to estimate from, nor if the total is not known."""
    now = [0.0]
    assert Estimate(60.0, lambda: now[0]).at(10.0).left_s is None
    assert Estimate(None, lambda: now[0]).at(10.0) == TaskProgress(None, None)


def test_a_video_longer_than_it_said_is_done_and_not_more() -> None:
    """A share stays between 0 and 1."""
    assert Estimate(10.0).at(12.0).share == 1.0


def test_a_bar_reports_share_and_time() -> None:
    """What a terminal shows."""
    assert bar(TaskProgress(0.5, 42.3)) == "############------------  50%  0:42 left"
    assert bar(TaskProgress(None, None)) == "working"
