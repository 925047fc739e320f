"""Fits the numbers of the fall rule on replays: two regressions, and the bounds that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from haredge.falls.cues import POSTURE, Cues
from haredge.falls.evidence import Evidence
from haredge.falls.fitted import RULE
from haredge.falls.rule import Rule
from haredge.synthetic.floor import PASSAGES
from research.falls import regression
from research.falls.replay import Replay
from research.falls.rows import Bools, Floats, Rows, rows

RIDGE: Final = 0.003
RATE_HZ: Final = 8.0
"""Poses per second of a usual board."""
WEIGHT: Final = {"simulated": 0.3, "captured": 0.3}
"""Of a group's videos beside the others': what is simulated comes from everywhere, but is not real."""

EXERCISE: Final = {"workout"}
"""Groups in which people lie down without having fallen: they say nothing of what lying is like."""

LIE: Final = ("pushup", *PASSAGES)
"""Words in the names of simulated replays in which they do so."""


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
