"""The people in view: each has a recogniser and a filter of their own, and outlives a pose that is missing."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

from haredge.activity.filter import ActivityFilter
from haredge.core.labels import NO_PERSON
from haredge.core.seams import ActivityRecogniser, Measure
from haredge.core.types import Activity, Frame, Person, Pose


@dataclass(frozen=True, slots=True)
class _Followed:
    """What is kept of a person from frame to frame."""

    id: int
    recogniser: ActivityRecogniser
    filter: ActivityFilter

    def update(self, frame: Frame, pose: Pose | None, measure: Measure) -> Person:
        prediction = self.recogniser.update(frame, pose)
        with measure("activity"):
            activity = self.filter.update(frame.t, pose is not None, prediction)
        return Person(self.id, pose, prediction, activity, settled=self.filter.settled)


class People:
    """Who is in view of one source, and what each of them does."""

    def __init__(
        self,
        new_recogniser: Callable[[], ActivityRecogniser],
        new_filter: Callable[[], ActivityFilter],
        measure: Measure = nullcontext,
    ) -> None:
        """Take what makes a person's recogniser and filter; ``measure`` times the stage ``activity``."""
        self._new_recogniser = new_recogniser
        self._new_filter = new_filter
        self._measure = measure
        self._count = 0
        self._by_track: dict[int, _Followed] = {}
        self._t = math.inf
        self._empty_since = 0.0

    def update(self, frame: Frame, poses: tuple[Pose, ...]) -> tuple[tuple[Person, ...], Activity]:
        """Return the people in view, in the order in which they came, and the activity of the view as a whole.

        A time before the last one, as of a video that starts over, starts from scratch.
        """
        if frame.t < self._t:
            self._by_track.clear()
            self._empty_since = frame.t
        self._t = frame.t
        by_track = {pose.track: pose for pose in poses}
        for track in by_track:
            if track not in self._by_track:
                self._by_track[track] = self._new_person()
        people = {
            track: followed.update(frame, by_track.get(track), self._measure)
            for track, followed in self._by_track.items()
        }
        self._forget_who_has_left()
        return tuple(people[track] for track in self._by_track), self._activity(people)

    def _new_person(self) -> _Followed:
        self._count += 1
        return _Followed(self._count, self._new_recogniser(), self._new_filter())

    def _forget_who_has_left(self) -> None:
        for track, followed in list(self._by_track.items()):
            left_at = followed.filter.left_at
            if left_at is None:
                continue
            del self._by_track[track]
            if followed.filter.settled:
                self._empty_since = left_at

    def _activity(self, people: dict[int, Person]) -> Activity:
        """Return the activity of the first person who has been in view for long enough to be believed."""
        settled = (people[track] for track, followed in self._by_track.items() if followed.filter.settled)
        first = next(settled, None)
        return first.activity if first else Activity(NO_PERSON, 1.0, self._empty_since)
