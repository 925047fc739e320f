"""Whether the activity model knows anything of a fall that the rule does not: its label ``falling`` on replays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from haredge.compose import NewRecogniser
from haredge.core.labels import FALLING
from haredge.core.seams import ActivityRecogniser
from haredge.core.types import FallAlarm, Frame
from haredge.falls.watch import FallWatch
from research.falls.fit import RATE_HZ
from research.falls.replay import Replay
from research.falls.score import Score

LEAST: Final = 0.5
"""Least probability of the label at which it counts."""


@dataclass
class Witness:
    """What both report, by the count of :class:`Score`."""

    rule: Score = field(default_factory=Score)
    activity: Score = field(default_factory=Score)
    either: Score = field(default_factory=Score)
    sooner: int = 0
    """Falls for which the activity model speaks first."""

    def __str__(self) -> str:
        """Return the figures, a line for each."""
        names = ("rule", "activity", "either")
        return "\n".join([*(f"{name}: {getattr(self, name)}" for name in names), f"activity first: {self.sooner}"])


def witness(replays: Iterable[Replay], new_recogniser: NewRecogniser) -> Mapping[str, Witness]:
    """Score the rule in use, the activity model, and either of them, by group."""
    groups: dict[str, Witness] = {}
    for replay in replays:
        usual = replay.thinned(RATE_HZ)
        if not usual.frames:
            continue
        own = groups.setdefault(replay.group, Witness())
        rule, activity = list(usual.alarms(FallWatch())), list(_falling(usual, new_recogniser))
        for score, alarms in ((own.rule, rule), (own.activity, activity), (own.either, [*rule, *activity])):
            score.add(usual, sorted(alarms, key=lambda alarm: alarm.since))
        if replay.fall is not None:
            begun = [[alarm.since for alarm in each if alarm.state != "clear"] for each in (rule, activity)]
            own.sooner += min(begun[1], default=np.inf) < min(begun[0], default=np.inf)
    return groups


def _falling(replay: Replay, new_recogniser: NewRecogniser) -> Iterable[FallAlarm]:
    """Yield a report when the label has become likely of a person, until it is no more."""
    image = np.zeros((*replay.size, 3), np.uint8)
    people: dict[int, ActivityRecogniser] = {}
    likely: dict[int, bool] = {}
    for index, frame in enumerate(replay.frames):
        for pose in frame.poses:
            recogniser = people.setdefault(pose.track, new_recogniser(nullcontext))
            prediction = recogniser.update(Frame(index, frame.t, image), pose)
            if prediction is None:
                continue
            is_likely = float(prediction.probabilities[list(recogniser.labels).index(FALLING)]) >= LEAST
            if is_likely and not likely.get(pose.track, False):
                yield FallAlarm("possible", frame.t, pose.track)
            likely[pose.track] = is_likely
