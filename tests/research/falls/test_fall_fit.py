"""Promises of research.falls.fit: rules are checked at the thresholds that are tried."""

from __future__ import annotations

from haredge.falls.fitted import RULE
from research.falls.fit import crosswise
from research.falls.simulate import simulated


def test_more_is_reported_at_a_lower_threshold() -> None:
    """Each rule on the half that it was not fitted on, added up."""
    replays = list(simulated(6, seed=3))
    parts = replays[::2], replays[1::2]
    scores = [crosswise((RULE, RULE), parts, threshold)["simulated"] for threshold in (-9.0, 1.0, 30.0)]
    reported = [score.reported + len(score.false_possible) for score in scores]
    assert reported[0] > reported[1] > reported[2] == 0
    assert {score.falls for score in scores} == {6}
