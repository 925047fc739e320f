"""Fits the numbers of the fall rule on replays, checks them crosswise, and writes :mod:`haredge.falls.fitted`.

Every number is fitted on one half of the videos and checked on the other, and the other way round; what is written is
fitted on both. Thresholds are those at which the crosswise check has the false reports that each sensitivity allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.sensitivity import Sensitivity
from haredge.falls.cues import POSTURE, Cues
from haredge.falls.evidence import Evidence
from haredge.falls.fitted import RULE
from haredge.falls.rule import Rule, Thresholds
from haredge.falls.watch import FallWatch
from haredge.synthetic.floor import PASSAGES
from research.falls import regression
from research.falls.replay import Replay
from research.falls.rows import Bools, Floats, Rows, rows
from research.falls.score import Score

RIDGE: Final = 0.003
RATE_HZ: Final = 8.0
WEIGHT: Final = {"simulated": 0.3, "captured": 0.3}
"""Of a group's videos beside the others': what is simulated comes from everywhere, but is not real."""

EXERCISE: Final = {"workout"}
"""Groups in which people lie down without having fallen: they say nothing of what lying is like."""

LIE: Final = ("pushup", *PASSAGES)
"""Words in the names of simulated replays in which they do so."""

GRID: Final = (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
"""Log odds that are tried as thresholds."""

SMOOTHING_S: Final = (0.3, 0.5)
"""Time constants that are tried."""

BELOW: Final = 2.0
"""How much less it takes to be descending than to have fallen, in log odds."""


def halves(replays: Sequence[Replay]) -> tuple[list[Replay], list[Replay]]:
    """Divide replays in two, each group and falls and the rest alike, by the order of their names."""
    count: Counter[tuple[str, bool]] = Counter()
    parts: tuple[list[Replay], list[Replay]] = ([], [])
    for replay in replays:
        key = replay.group, replay.fall is None
        parts[count[key] % 2].append(replay)
        count[key] += 1
    return parts


def examples(replays: Iterable[Replay], seed: int) -> list[Replay]:
    """Return replays at several rates, and as of a network that detects less."""
    rng = np.random.default_rng(seed)
    made = []
    for replay in replays:
        usual = replay.thinned(RATE_HZ)
        made += [usual, usual.weakened(rng), replay.thinned(12).weakened(rng), replay.thinned(5)]
    return [replay for replay in made if replay.frames]


def fit(replays: Sequence[Replay]) -> Rule:
    """Fit both regressions, and the bounds that follow from them; the thresholds are still to be chosen."""
    standing = [replay for replay in replays if not _lies(replay)]
    taken = rows(standing, WEIGHT)
    taken = taken.of(taken.quiet | taken.on_ground)
    posture = taken.cues[:, : len(POSTURE)]
    low = regression.fit(posture, POSTURE, taken.on_ground, taken.weight, ridge=RIDGE)
    odds = regression.log_odds(low, posture, POSTURE)
    ground, quiet = odds[taken.on_ground], odds[taken.quiet]
    up = min(float(np.quantile(ground, 0.1)), float(np.quantile(quiet, 0.9)))
    down = float(np.quantile(ground, 0.15))
    moving = rows(replays, WEIGHT)
    moving = moving.of((moving.quiet | moving.just_fallen) & _been_up(moving, low, up))
    fallen = regression.fit(moving.cues, Cues._fields, moving.just_fallen, moving.weight, ridge=RIDGE)
    still = round(stillness(replays), 2)
    return replace(RULE, fallen=fallen, low=low, up=round(up, 2), down=round(down, 2), still=still)


def _lies(replay: Replay) -> bool:
    return replay.group in EXERCISE or (replay.fall is None and any(word in replay.name for word in LIE))


def _been_up(taken: Rows, low: Evidence, up: float) -> Bools:
    """Return for each row whether its person has been up by then."""
    now = regression.log_odds(low, taken.cues[:, : len(POSTURE)], POSTURE) < up
    been: dict[int, bool] = {}
    found = []
    for person, is_up in zip(taken.person.tolist(), now.tolist(), strict=True):
        been[person] = been.get(person, False) or is_up
        found.append(been[person])
    return np.array(found)


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


def levels(curve: Mapping[float, Mapping[str, Score]]) -> dict[Sensitivity, Thresholds]:
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


def best_smoothing_s(curves: Mapping[float, Mapping[float, Mapping[str, Score]]]) -> float:
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


def write(path: Path, rule: Rule) -> None:
    """Write the module of fitted numbers."""
    levels_ = ", ".join(
        f'"{name}": Thresholds({at.descending:.2f}, {at.possible:.2f})' for name, at in rule.thresholds.items()
    )
    numbers = "".join(f"    {name}={getattr(rule, name)},\n" for name in ("up", "down", "still", "smoothing_s"))
    path.write_text(
        f'''"""Numbers of the fall rule, as ``python -m research.falls fit`` writes them; see docs/falls.md."""

from __future__ import annotations

from typing import Final

from haredge.falls.evidence import Evidence, Weighing
from haredge.falls.rule import Rule, Thresholds

RULE: Final = Rule(
    fallen={_source(rule.fallen)},
    low={_source(rule.low)},
{numbers}    thresholds={{{levels_}}},
)
'''
    )


def _source(model: Evidence) -> str:
    lines = "".join(
        f'            "{name}": Weighing({each.mean}, {each.deviation}, {each.weight}),\n'
        for name, each in model.weighings.items()
    )
    return f"Evidence(\n        {model.bias},\n        {{\n{lines}        }},\n    )"


def stillness(replays: Iterable[Replay]) -> float:
    """Return the speed of the hips that 90 % of the frames after falls do not exceed, in standing heights a second."""
    speeds = [speed for replay in replays if replay.fall for speed in _speeds(replay, replay.fall[1] + 2.0)]
    return float(np.quantile(speeds, 0.9))


def _speeds(replay: Replay, after_s: float) -> Floats:
    tall = [pose.box.bottom - pose.box.top for frame in replay.frames for pose in frame.poses]
    unit = float(np.quantile(tall, 0.9)) if tall else 1.0
    last: dict[int, tuple[float, Floats]] = {}
    found = []
    for frame in replay.frames:
        for pose in frame.poses:
            hips = pose.keypoints[11:13, :2].mean(0).astype(np.float64)
            if pose.track in last and frame.t > after_s:
                t, before = last[pose.track]
                found.append(float(np.hypot(*(hips - before))) / unit / (frame.t - t))
            last[pose.track] = frame.t, hips
    return np.array(found)
