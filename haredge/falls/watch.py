"""Watches the people in one source's view for falls, and keeps the alarm while a person who fell is out of sight."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from haredge.core.sensitivity import Sensitivity
from haredge.core.step import Step
from haredge.core.types import ACKNOWLEDGED, Fall, FallAlarm, Frame, Person
from haredge.falls.body import Body
from haredge.falls.fitted import RULE
from haredge.falls.follower import Follower
from haredge.falls.machine import OUTNUMBERED
from haredge.falls.pace import Pace
from haredge.falls.perspective import Perspective
from haredge.falls.rule import Rule

LOST_S: Final = 20.0
"""Seconds after which a person who is lost is forgotten, unless they may have fallen."""

ACKNOWLEDGED_S: Final = 600.0
"""The same for one whose fall has been acknowledged: a pose network may not see who lies there for minutes."""

MOST_GONE: Final = 10
"""Number of falls at most of people who are no longer in view: where no one ever acknowledges, their number would grow
with each that is false."""

REACH: Final = 1.0
"""How far from where a person was lost they may be found again, in standing heights: the length of a body."""

EMPTY_S: Final = LOST_S
"""Seconds without anyone in view after which a person who is first detected lying has not just been lost."""

LONGEST_STEP_S: Final = 2.0
"""Seconds of these that count at most from one frame to the next: without frames it is not known who comes in."""


class FallWatch:
    """Follows each person through the numbers that a tracker gives them.

    Implements :class:`haredge.core.seams.FallDetector`.
    """

    def __init__(
        self,
        sensitivity: Sensitivity = "normal",
        confirm_s: float = 10.0,
        *,
        acknowledged: Callable[[], bool] = lambda: False,
        kept: FallAlarm | None = None,
        rule: Rule = RULE,
    ) -> None:
        """Take how little is to count as a fall, and how long a person lies still before it is confirmed.

        ``acknowledged()`` is asked with each frame whether what is reported has been acknowledged since; ``kept`` is
        what was reported when the watch began, with the falls of others that stood then.
        """
        self._rule, self._sensitivity, self._confirm_s = rule, sensitivity, confirm_s
        self._acknowledged = acknowledged
        # People get new numbers.
        self._kept = () if kept is None else tuple(replace(alarm, person=None) for alarm in kept.standing)
        self._pace = Pace()
        self._start((0, 0), math.inf)

    def _start(self, size: tuple[int, int], t: float) -> None:
        """Forget everyone, and how tall people are in this view."""
        self._size, self._t = size, t
        self._room = Perspective(size[0])
        self._people: dict[int, Follower] = {}
        self._empty_s = 0.0
        self._step = Step(LONGEST_STEP_S)
        self._alarm = _foremost(self._kept) or FallAlarm("clear", t)

    def update(self, frame: Frame, people: tuple[Person, ...]) -> tuple[tuple[Person, ...], FallAlarm]:
        """Return the same people with how far their falls have come, and what there is to report."""
        size = frame.size
        if frame.t < self._t:
            self._start(size, frame.t)
        elif size != self._size:
            # Who is where in images of another size is not known; that one has fallen is.
            self._kept = tuple(replace(alarm, person=None) for alarm in self._alarm.standing)
            self._start(size, frame.t)
        self._t = frame.t
        self._empty_s += self._step.to(frame.t)
        if acknowledged := self._acknowledged():
            self._acknowledge()
        # A tracker may return a person as last seen, without having looked for them in this frame.
        seen = {
            person.id: Body.of(person.pose, size[0])
            for person in people
            if person.pose is not None and person.pose.t >= frame.t
        }
        self._forget(seen)  # first: who was lost before a time without frames is not found after it
        self._find(seen, {person.id for person in people if person.resting})
        for person in people:
            if person.id in seen:
                self._resume(person, seen[person.id])
                self._people[person.id].update(seen[person.id], person.zone, resting=person.resting)
        self._pace.update(frame.t, bool(seen))
        if seen:
            self._empty_s = 0.0
        self._alarm = self._alarm_now(ACKNOWLEDGED if acknowledged else OUTNUMBERED)
        return tuple(replace(person, fall=self._fall(person)) for person in people), self._alarm

    def _fall(self, person: Person) -> Fall:
        follower = self._people.get(person.id)
        return (follower.fall if follower else None) or Fall("normal", self._t)

    def _acknowledge(self) -> None:
        """Clear the fall that is reported: no one has seen to those of others."""
        self._kept = tuple(alarm for alarm in self._kept if alarm.id != self._alarm.id)
        for number, follower in self._people.items():
            alarm = follower.alarm(number)
            if alarm is not None and alarm.id == self._alarm.id:
                follower.acknowledge(self._t)

    def _find(self, seen: Mapping[int, Body], resting: Collection[int]) -> None:
        """Give everyone who is seen a follower: that of a person who was lost there, or else a new one.

        ``resting`` are the numbers of those who are in a place to rest.
        """
        new = [number for number in seen if number not in self._people]
        for number in new:
            lost = self._lost_at(seen[number], seen, resting=number in resting)
            if lost is not None:
                self._people[number] = self._people.pop(lost)
        for number, follower in self._people.items():
            if number in seen:
                follower.doubt(seen[number])
        for number in new:
            if number not in self._people:
                self._people[number] = self._new(seen[number])

    def _lost_at(self, body: Body, seen: Collection[int], *, resting: bool) -> int | None:
        """Return the number of the person who was lost nearest to where a body is seen; None if no one was."""
        away = {
            number: follower.distance(body)
            for number, follower in self._people.items()
            if number not in seen and follower.may_be(body, resting=resting)
        }
        nearest = min(away, key=lambda number: away[number], default=None)
        return None if nearest is None or away[nearest] > REACH else nearest

    def _new(self, body: Body) -> Follower:
        came_in = body.cut or self._empty_s < EMPTY_S
        found = not came_in or any(one.may_lie_there(body, REACH) for one in self._people.values())
        return Follower(self._room, self._rule, self._sensitivity, self._confirm_s, found=found)

    def _resume(self, person: Person, body: Body) -> None:
        """Let who lies there, and not to rest, go on with a fall from before the watch began, of the same zone first.

        No one else does, sitting beside them or coming in: that they are up would be the end of it.
        """
        follower = self._people[person.id]
        if self._kept and not person.resting and follower.may_have_lain_before(body):
            kept = min(self._kept, key=lambda alarm: alarm.zone != person.zone)
            follower.resume(kept)
            self._kept = tuple(alarm for alarm in self._kept if alarm is not kept)

    def _forget(self, seen: Collection[int]) -> None:
        for number, follower in list(self._people.items()):
            if number in seen or follower.lost_s(self._t) <= LOST_S:
                continue
            reported = follower.alarm(number) is not None  # why it is over is asked of them
            follower.give_up(self._t)
            if not reported and follower.lost_s(self._t) > _remembered_s(follower):
                del self._people[number]
        gone = [one for number, one in self._people.items() if number not in seen and one.alarm(number)]
        for follower in sorted(gone, key=lambda one: one.lost_s(self._t))[MOST_GONE:]:
            follower.drop(self._t)
        if gone:  # before that, whose fall was kept may be about to be found
            latest = sorted(self._kept, key=lambda alarm: -alarm.since)[: max(0, MOST_GONE - len(gone))]
            self._kept = tuple(alarm for alarm in self._kept if alarm in latest)

    def _alarm_now(self, kept_over: str) -> FallAlarm:
        """Return what there is to report; ``kept_over`` is why one of before the watch is over, if one is."""
        alarms = [alarm for number, follower in self._people.items() if (alarm := follower.alarm(number))]
        standing = [*alarms, *self._kept]
        ids = {alarm.id for alarm in standing}
        over = tuple(self._over(alarm, kept_over) for alarm in self._alarm.standing if alarm.id not in ids)
        furthest = _foremost(standing)
        if furthest is not None:
            return replace(furthest, others=(*furthest.others, *over))
        return replace(over[0], others=over[1:]) if over else replace(self._alarm, others=())

    def _over(self, alarm: FallAlarm, kept_over: str) -> FallAlarm:
        """Return what there is to report of a fall that has just ended."""
        fallen = self._people.get(alarm.person or 0)
        why = fallen.fall.why if fallen and fallen.fall else kept_over
        return FallAlarm("clear", self._t, why=why, id=alarm.id)


def _remembered_s(follower: Follower) -> float:
    """Return for how long a person who is lost, and not reported, is remembered."""
    return ACKNOWLEDGED_S if follower.fall is not None and follower.fall.state == "cleared" else LOST_S


def _foremost(alarms: Sequence[FallAlarm]) -> FallAlarm | None:
    """Return the alarm that has come furthest, with the others; None if there are none."""
    ranked = sorted(alarms, key=lambda alarm: (alarm.state != "confirmed", alarm.since))
    return replace(ranked[0], others=tuple(ranked[1:])) if ranked else None
