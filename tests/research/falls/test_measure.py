"""Promises of research.falls.measure: what counts as reported, and likely ranges as tables of statistics have them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

pytest.importorskip("scipy")

import haredge.synthetic
from haredge.compose import Networks
from haredge.config.schema import Config
from haredge.core.types import Activity, FallAlarm, Frame, Observation
from research.falls.measure import measure, poisson
from research.falls.videos import LabelledVideo

CLIP = Path(haredge.synthetic.__file__).with_name("demo.webm")


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (3, 0.619, 8.767), (10, 4.795, 18.390)]
)
def test_the_range_of_a_count(count: int, low: float, high: float) -> None:
    """Garwood's exact intervals."""
    assert poisson(count) == pytest.approx((low, high), rel=1e-3, abs=1e-6)


class Scripted:
    """Networks that report a possible fall from 2 s on, and lying from 4 s on."""

    def observe(self, frames: Iterator[Frame]) -> Iterator[Observation]:
        for frame in frames:
            label = "lying" if frame.t >= 4 else "falling"
            alarm = FallAlarm("possible", 2.0, 1, why="low") if frame.t >= 2 else FallAlarm("clear", 0.0)
            yield Observation(frame, (), Activity(label, 1.0, 0.0), alarm)


@pytest.mark.parametrize(
    ("fall", "reported", "lying"),
    [((1.0, 2.5), 1, 1), ((3.0, 4.5), 0, 1), (None, 0, 0)],
    ids=["in time", "early", "none"],
)
def test_falls_reported_in_time_and_those_who_lie_after_them_are_counted(
    fall: tuple[float, float] | None, reported: int, lying: int
) -> None:
    """A report before the fall is false; lying counts within five seconds of its end, and without a fall never."""
    video = LabelledVideo("demo", "group", None, str(CLIP), fall)
    measured = measure(cast("Networks", Scripted()), Config(), [video])
    assert (measured.score.reported, measured.lying) == (reported, lying)
    assert len(measured.score.false_possible) == 1 - reported
    assert ("lying after 1" in str(measured)) == bool(lying)
