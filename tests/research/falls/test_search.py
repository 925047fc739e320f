"""Promises of research.falls.search: what is tried, what is chosen of it, and that it is written as found."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

from haredge.falls.fitted import RULE
from research.falls.search import GRID, crosswise, search
from research.falls.simulate import simulated
from research.falls.written import write


def test_more_is_reported_at_a_lower_threshold() -> None:
    """Each rule on the half that it was not fitted on, added up."""
    replays = list(simulated(6, seed=3))
    parts = replays[::2], replays[1::2]
    scores = [crosswise((RULE, RULE), parts, threshold)["simulated"] for threshold in (-9.0, 1.0, 30.0)]
    reported = [score.reported + len(score.false_possible) for score in scores]
    assert reported[0] > reported[1] > reported[2] == 0
    assert {score.falls for score in scores} == {6}


def test_what_is_found_is_written_as_a_module(tmp_path: Path) -> None:
    """Its thresholds out of those tried, fitted on replays with and without falls; the module has its numbers."""
    replays = list(simulated(6, seed=3))
    found = search([replace(replay, group="real") for replay in replays] + replays)
    assert found.rule.smoothing_s in found.curves
    assert {at.possible for at in found.rule.thresholds.values()} <= {t + more for t in GRID for more in (-1, 0, 1)}
    assert set(found.checked) == {"real", "simulated"}
    write(tmp_path / "fitted.py", found.rule)
    written = runpy.run_path(str(tmp_path / "fitted.py"))["RULE"]
    assert written == found.rule
