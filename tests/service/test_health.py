"""Promises of haredge.service.health: values of now, in bounded memory; versions that run."""

from __future__ import annotations

import numpy as np
import pytest

from haredge.service.health import LATELY_S, Stages, versions
from haredge.version import __version__


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def ran(stages: Stages, clock: Clock, stage: str, seconds: float, pause: float = 0.0) -> None:
    with stages.measure(stage):
        clock.now += seconds
    clock.now += pause


def test_medians_percentiles_and_rate() -> None:
    """Ten frames of 10 to 100 ms are reported by their median, their 95th percentile and their rate."""
    clock = Clock()
    stages = Stages(clock)
    for n in range(1, 11):
        ran(stages, clock, "pose", n / 100, pause=0.1 - n / 100)
    assert stages.percentile_ms("pose", 50) == pytest.approx(55)
    assert stages.percentile_ms("pose", 95) == pytest.approx(95.5)
    assert stages.values()["stages_ms"] == {"pose": 55.0}
    assert stages.fps() == pytest.approx(9 / 0.99)


def test_before_there_is_anything_to_report_nothing_is_reported() -> None:
    """A start-up shows no figure rather than a wrong one."""
    assert Stages(Clock()).values() == {"fps": None, "stages_ms": {}}


def test_the_rate_is_that_of_frames_and_not_of_a_stage_that_skips_some() -> None:
    """A classifier that waits for a full window does not lower the frame rate."""
    clock = Clock()
    stages = Stages(clock)
    for n in range(40):
        ran(stages, clock, "pose", 0.05)
        if n % 2:
            ran(stages, clock, "classify", 0.05)
    assert stages.fps() == pytest.approx(39 / 2.9, rel=0.02)


def test_the_rate_is_that_of_frames_and_not_of_people() -> None:
    """A stage that runs for each of four people is no faster camera."""
    clock = Clock()
    stages = Stages(clock)
    for _ in range(10):
        ran(stages, clock, "pose", 0.06)
        for _ in range(4):
            ran(stages, clock, "window", 0.01)
    assert stages.fps() == pytest.approx(10)


def test_what_is_long_ago_counts_no_more() -> None:
    """After a pause the values are those of now."""
    clock = Clock()
    stages = Stages(clock)
    ran(stages, clock, "pose", 5.0)
    clock.now += LATELY_S + 0.1
    assert stages.percentile_ms("pose", 50) == 0
    ran(stages, clock, "pose", 0.01)
    assert stages.percentile_ms("pose", 50) == pytest.approx(10)


def test_memory_is_bounded() -> None:
    """However long it runs, a stage keeps no more than its last measurements."""
    clock = Clock()
    stages = Stages(clock)
    for _ in range(1600):
        ran(stages, clock, "pose", 0.001)
    assert sum(len(kept) for kept in stages._measured.values()) == 1500


def test_versions_are_those_that_run() -> None:
    """What is reported is what was imported, and what is not installed is left out."""
    report = versions()
    assert report["haredge"] == __version__
    assert report["numpy"] == np.__version__
    assert all(report.values())
