"""What the live view shows: a sink with one slot, which viewers read at any time."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from haredge.activity.timeline import PeopleTimeline, Span
from haredge.core.interval import Interval
from haredge.core.labels import UNKNOWN
from haredge.core.step import Step
from haredge.core.types import ACKNOWLEDGED, Activity, FallAlarm, Image, Observation, Occupancy, Person
from haredge.scene.day import LONGEST_STEP_S

KEPT_S: Final = 3600.0
"""The timeline shows the last hour."""

MOST_SPANS: Final = 2000
"""Bounds the memory of an hour in which the activity changes all the time."""

HEALTH_S: Final = 2.0
"""Period of the health values."""

STALE_S: Final = 10.0
"""Without an observation for this long, the view reports that no frames come."""


@dataclass(frozen=True)
class Snapshot:
    """What viewers see of one observation, and of the last hour before it."""

    at_s: float
    """When it came, on the view's own clock."""
    t: float
    """Its time on the source's clock."""
    size: tuple[int, int]
    """(height, width) of the image that the keypoints are in, in pixels."""
    image: Image | None
    """The image, if viewers may ask for it; otherwise it is not even kept."""
    people: tuple[Person, ...]
    activity: Activity
    known: bool
    """Whether it is known who is in view: not at once after a start."""
    fall_alarm: FallAlarm | None
    zones: tuple[Occupancy, ...]
    spans: Sequence[Span] = field(repr=False)
    """The last hour, on the source's clock; those of the people in view continue until ``t``."""
    health: Mapping[str, object]
    """Health values as docs/schemas/health.json describes them, except the time."""


class LiveView:
    """A sink that leaves the newest observation where viewers find it.

    The loop's thread does nothing here but this: no drawing, no waiting, no lock that a viewer could hold. What
    viewers read is either replaced as a whole (:attr:`snapshot`) or only counts up.
    """

    def __init__(
        self,
        labels: Sequence[str],
        health: Callable[[], Mapping[str, object]],
        *,
        background: Collection[str] = (),
        keep_image: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the classifier's labels, what returns the health values, and whether viewers may see the image.

        ``background`` are those labels that are no activity to report.
        """
        self.labels: Final = tuple(labels)
        self.background: Final = frozenset(background)
        self.keeps_image: Final = keep_image
        self.snapshot: Snapshot | None = None
        """The newest observation, None before the first."""
        self.frames = 0
        """Observations so far."""
        self.starts: Counter[str] = Counter()
        """Number of times that each activity has begun."""
        self.seconds: Counter[str] = Counter()
        """Seconds of each activity in all, with fractions."""
        self._health = health
        self._clock = clock
        self._timeline = PeopleTimeline(KEPT_S, MOST_SPANS)
        self._spans: Sequence[Span] = ()
        self._health_due = Interval(HEALTH_S)
        self._step = Step(LONGEST_STEP_S)
        self._taken: Mapping[str, object] = {}
        self._paused_s = -math.inf
        """When it was last said that detection is off."""

    def emit(self, observation: Observation) -> None:
        """Leave an observation for viewers; returns at once, and the image is not touched."""
        now_s = self._clock()
        self._paused_s = -math.inf
        observation = replace(observation, activity=observation.activity_so_far)
        self._count(observation)
        if self._timeline.add(observation):
            self._spans = self._timeline.spans()
        if self._health_due.due(now_s):
            self._taken = dict(self._health())
        image = observation.frame.image
        self.snapshot = Snapshot(
            now_s,
            observation.frame.t,
            (image.shape[0], image.shape[1]),
            image if self.keeps_image else None,
            observation.people,
            observation.activity,
            observation.known,
            observation.fall_alarm,
            observation.zones,
            self._spans,
            self._taken,
        )

    def pause(self, *, fallen: bool = True) -> None:
        """Note that detection is off; has to be called again and again, as long as it is.

        What was seen last is not kept: who closes the camera does not go on being shown. A fall that was reported
        stays for as long as someone is ``fallen``: it may be acknowledged meanwhile.
        """
        if self.snapshot is not None and not self.paused:
            self.snapshot = _unseen(self.snapshot)
        if self.snapshot is not None and not fallen:
            self.snapshot = _without_fall(self.snapshot)
        self._paused_s = self._clock()

    def _count(self, observation: Observation) -> None:
        before, activity = self.snapshot, observation.activity
        self.frames += 1
        if before is None or (before.activity.label, before.activity.since) != (activity.label, activity.since):
            self.starts[activity.label] += 1
        if step_s := self._step.to(observation.frame.t):
            self.seconds[activity.label] += step_s  # type: ignore[assignment]

    def age_s(self) -> float:
        """Return the seconds since the newest observation; infinite before the first."""
        snapshot = self.snapshot
        return math.inf if snapshot is None else self._clock() - snapshot.at_s

    @property
    def stale(self) -> bool:
        """Whether no observation has come for too long."""
        return self.age_s() > STALE_S

    @property
    def paused(self) -> bool:
        """Whether detection is off, so that no observation is to come; not if nothing has been heard of that lately."""
        return self._clock() - self._paused_s <= STALE_S


def _unseen(last: Snapshot) -> Snapshot:
    """Return what is known once no frame is to come: what there was before, and nothing of now."""
    zones = tuple(replace(each, occupied=None, since=last.t) for each in last.zones)
    return replace(last, image=None, people=(), activity=Activity(UNKNOWN, 0.0, last.t), known=False, zones=zones)


def _without_fall(last: Snapshot) -> Snapshot:
    """Return the same with no fall; the very same if there is none."""
    if last.fall_alarm is None or last.fall_alarm.state == "clear":
        return last
    return replace(last, fall_alarm=FallAlarm("clear", last.t, why=ACKNOWLEDGED))
