"""What a day was like: when a person was last in view, when one last moved, how long each activity took."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from haredge.core.labels import UNKNOWN
from haredge.core.step import Step
from haredge.core.types import Observation
from haredge.scene.movement import Movement

LONGEST_STEP_S: Final = 2.0
"""Seconds between two observations that count at most."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day, as people lived it in front of the camera."""

    date: str = ""
    """The local date, 2026-11-29; empty before the first observation."""
    last_seen_s: float | None = None
    """When a person was last in view, that day or before, in seconds since 1970; None if it is not known."""
    last_movement_s: float | None = None
    """When a person last moved."""
    in_view_s: float = 0.0
    """Seconds of this day in which at least one person was in view."""
    activity_s: Mapping[str, float] = field(default_factory=dict)
    """Seconds of this day by label, in which at least one person did that."""


class DayLog:
    """Follows the day, and begins a new one at midnight, local time."""

    def __init__(self, local_date: Callable[[float], str], day: Day | None = None) -> None:
        """Take what gives the local date of a time (seconds since 1970), and a day to go on with."""
        self._local_date = local_date
        self._movement = Movement()
        self._step = Step(LONGEST_STEP_S)
        self.day = day or Day()
        """The day so far; what it says of last times goes back further."""

    def update(self, observation: Observation, now_s: float) -> None:
        """Take an observation, and its time of day in seconds since 1970."""
        self.roll(now_s)
        step_s = self._step.to(observation.frame.t)
        settled = [person for person in observation.people if person.settled]
        if any(person.pose is not None for person in settled):
            self.day = replace(self.day, last_seen_s=now_s)
        if self._movement.update(observation.people):
            self.day = replace(self.day, last_movement_s=now_s)
        if settled and step_s:
            activity_s = dict(self.day.activity_s)
            for label in {person.activity.label for person in settled} - {UNKNOWN}:
                activity_s[label] = activity_s.get(label, 0.0) + step_s
            self.day = replace(self.day, in_view_s=self.day.in_view_s + step_s, activity_s=activity_s)

    def roll(self, now_s: float) -> None:
        """Begin a new day if midnight has passed; the last times stay."""
        if (date := self._local_date(now_s)) != self.day.date:
            self.day = Day(date, self.day.last_seen_s, self.day.last_movement_s)
