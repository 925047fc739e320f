"""What a day was like: when a person was last in view, when one last moved, how long each activity took."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from haredge.core.clock import CLOCK_SET_S
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.step import Step
from haredge.core.types import Observation, Person
from haredge.scene.movement import Movement

LONGEST_STEP_S: Final = 2.0
"""Seconds between two observations that count at most."""

BEGINNING_S: Final = 3.0
"""Seconds after the loop has begun in which who is new in view was there before: who lies still before a camera that
fails each hour, and starts again, would have moved each hour."""

_IN_VIEW: Final = NO_PERSON
"""Stands for being in view among labels: no one in view does that."""


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
    """Follows the day, and begins a new one at midnight, local time.

    The clock of a board without a battery is wrong until it has been set. Then a day that was left goes on if it comes
    again, and the last times are those of the source's clock, which nothing sets, by the time of day of now.
    """

    def __init__(self, local_date: Callable[[float], str], day: Day | None = None) -> None:
        """Take what gives the local date of a time (seconds since 1970), and a day to go on with."""
        self._local_date = local_date
        self._movement = Movement()
        self._step = Step(LONGEST_STEP_S)
        self._began_t: float | None = None
        self._known = True
        self._seen_t: float | None = None
        self._moved_t: float | None = None
        self._hidden_s: dict[str, float] = {}
        """Seconds of each label that are not counted yet, as all who did that are hidden, and may have left."""
        self._left: Day | None = None
        self.day = day or Day()
        """The day so far; what it says of last times goes back further."""

    def update(self, observation: Observation, now_s: float) -> None:
        """Take an observation, and its time of day in seconds since 1970."""
        self.roll(now_s)
        t = observation.frame.t
        step_s = self._step.to(t)
        settled = [person for person in observation.people if person.settled]
        if any(person.pose is not None for person in settled):
            self._seen_t = t
        began_t = self._began(observation)
        came = self.day.last_movement_s is None or t - began_t >= BEGINNING_S
        if self._movement.update(observation.people, came=came):
            self._moved_t = t
        self.day = replace(
            self.day,
            last_seen_s=_time_of(self._seen_t, t, now_s, self.day.last_seen_s),
            last_movement_s=_time_of(self._moved_t, t, now_s, self.day.last_movement_s),
        )
        self._count(settled, step_s)

    def _count(self, people: Sequence[Person], step_s: float) -> None:
        """Count a step in which these people were in view; one in which they were hidden once they are seen again."""
        self._hidden_s = {what: self._hidden_s.get(what, 0.0) + step_s for what in _done_by(people)}
        seen = _done_by([person for person in people if person.pose is not None])
        counted_s = {what: s for what in seen if (s := self._hidden_s.pop(what))}
        in_view_s = self.day.in_view_s + counted_s.pop(_IN_VIEW, 0.0)
        activity_s = {label: self.day.activity_s.get(label, 0.0) + s for label, s in counted_s.items()}
        self.day = replace(self.day, in_view_s=in_view_s, activity_s={**self.day.activity_s, **activity_s})

    def _began(self, observation: Observation) -> float:
        """Return when the loop began: one that begins does not know who is in view."""
        begins = self._known and not observation.known
        self._known = observation.known
        if begins:
            self._movement.begin_again()
        if begins or self._began_t is None:
            self._began_t = observation.frame.t
        return self._began_t

    def roll(self, now_s: float) -> None:
        """Begin a new day if midnight has passed, or go on with the one before; the last times stay."""
        if (date := self._local_date(now_s)) == self.day.date:
            return
        left, self._left = self._left, self.day
        day = left if left is not None and left.date == date else Day(date)
        self.day = replace(day, last_seen_s=self.day.last_seen_s, last_movement_s=self.day.last_movement_s)


def _done_by(people: Sequence[Person]) -> set[str]:
    """Return what people do, to be in view included."""
    return {person.activity.label for person in people} - {UNKNOWN} | ({_IN_VIEW} if people else set())


def _time_of(then_t: float | None, t: float, now_s: float, known_s: float | None) -> float | None:
    """Return the time of day of a source's time, as of now; what is known stays if it is right, or all there is."""
    if then_t is None:
        return known_s
    time_s = now_s - (t - then_t)
    return known_s if known_s is not None and then_t != t and abs(time_s - known_s) < CLOCK_SET_S else time_s
