"""Searches the fall rule's numbers: fits them, checks them crosswise, chooses thresholds and smoothing.

Every number is fitted on one half of the videos and checked on the other, and the other way round; what is chosen is
fitted on both. Thresholds are those at which the crosswise check has the false reports that each sensitivity allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from haredge.core.sensitivity import Sensitivity
from haredge.falls.rule import Rule, Thresholds
from haredge.falls.watch import FallWatch
from research.falls.fit import EXERCISE, RATE_HZ, WEIGHT, examples, fit
from research.falls.replay import Replay
from research.falls.score import Score

Curve = Mapping[float, Mapping[str, Score]]
"""Crosswise scores of each group, by threshold."""

GRID: Final = (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
"""Log odds that are tried as thresholds."""

SMOOTHING_S: Final = (0.3, 0.5)
"""Time constants that are tried."""

BELOW: Final = 2.0
"""How much less it takes to be descending than to have fallen, in log odds."""


@dataclass(frozen=True)
class Found:
    """A rule that was searched for, and what it was chosen by."""

    rule: Rule
    curves: Mapping[float, Curve]
    """Of real videos, by the smoothing's time constant."""
    checked: Mapping[str, Score]
    """All groups, crosswise, at the thresholds of normal sensitivity."""


def search(replays: Sequence[Replay]) -> Found:
    """Fit on each half, try the numbers that are not fitted on the other, and fit on both with the best of them."""
    parts = halves(replays)
    rules = [fit(examples(part, seed)) for seed, part in enumerate(parts)]
    tested = [[usual for replay in part if (usual := replay.thinned(RATE_HZ)).frames] for part in parts]
    real = [[replay for replay in part if replay.group not in WEIGHT] for part in tested]
    smoothed = {smoothing_s: [replace(rule, smoothing_s=smoothing_s) for rule in rules] for smoothing_s in SMOOTHING_S}
    curves = {
        smoothing_s: {threshold: crosswise(rules, real, threshold) for threshold in GRID}
        for smoothing_s, rules in smoothed.items()
    }
    best_s = best_smoothing_s(curves)
    chosen = levels(curves[best_s])
    rule = replace(fit(examples(replays, len(parts))), smoothing_s=best_s, thresholds=chosen)
    return Found(rule, curves, crosswise(smoothed[best_s], tested, chosen["normal"].possible))


def halves(replays: Sequence[Replay]) -> tuple[list[Replay], list[Replay]]:
    """Divide replays in two, each group and falls and the rest alike, by the order of their names."""
    count: Counter[tuple[str, bool]] = Counter()
    parts: tuple[list[Replay], list[Replay]] = ([], [])
    for replay in replays:
        key = replay.group, replay.fall is None
        parts[count[key] % 2].append(replay)
        count[key] += 1
    return parts


def check(rule: Rule, replays: Iterable[Replay]) -> Mapping[str, Score]:
    """Score a rule over replays, by group, at normal sensitivity."""
    scores: dict[str, Score] = {}
    for replay in replays:
        scores.setdefault(replay.group, Score()).add(replay, replay.alarms(FallWatch(rule=rule)))
    return scores


def crosswise(rules: Sequence[Rule], parts: Sequence[Sequence[Replay]], threshold: float) -> Mapping[str, Score]:
    """Score each rule, with a threshold, on the half that it was not fitted on, together."""
    both: dict[str, Score] = {}
    for rule, part in zip(rules, reversed(parts), strict=True):
        at = replace(rule, thresholds={"normal": _thresholds(threshold)})
        for group, score in check(at, part).items():
            both[group] = both[group] + score if group in both else score
    return both


def levels(curve: Curve) -> dict[Sensitivity, Thresholds]:
    """Choose the thresholds of the sensitivities from crosswise checks, by threshold.

    *normal*: the least at which no real video without exercise has a false report, and real ones together no more than
    one in ten minutes. *low*: one more at least, and no false report at all. *high*: one less, unless videos without
    exercise have a false report every five minutes by then.
    """
    real = {t: [s for group, s in groups.items() if group not in WEIGHT] for t, groups in curve.items()}
    usual = {t: [s for group, s in groups.items() if group not in {*WEIGHT, *EXERCISE}] for t, groups in curve.items()}

    def least(of: Mapping[float, Sequence[Score]], most_an_hour: float) -> float:
        return min((t for t, scores in of.items() if _an_hour(scores) <= most_an_hour), default=max(of))

    normal = max(least(usual, 0.0), least(real, 6.0))
    chosen: dict[Sensitivity, float] = {
        "low": max(least(real, 0.0), normal + 1.0),
        "normal": normal,
        "high": min(max(least(usual, 12.0), normal - 1.0), normal),
    }
    return {name: _thresholds(t) for name, t in chosen.items()}


def _thresholds(possible: float) -> Thresholds:
    return Thresholds(possible - BELOW, possible)


def best_smoothing_s(curves: Mapping[float, Curve]) -> float:
    """Return the time constant with the most falls at normal sensitivity; of several the one that is soonest."""

    def worth(smoothing_s: float) -> tuple[int, float]:
        curve = curves[smoothing_s]
        scores = list(curve[levels(curve)["normal"].possible].values())
        delays_s = [delay_s for score in scores for delay_s in score.delays_s]
        return sum(score.reported for score in scores), -float(np.median(delays_s))

    return max(curves, key=worth)


def _an_hour(scores: Iterable[Score]) -> float:
    taken = list(scores)
    return sum(len(s.false_possible) for s in taken) / (sum(s.quiet_s for s in taken) / 3600)
