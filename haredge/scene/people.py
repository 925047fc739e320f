"""The people in view: each has a recogniser, a filter and a zone of their own, and outlives a pose that is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Final

from haredge.activity.filter import ActivityFilter
from haredge.activity.posture import LastingPosture
from haredge.core.labels import FALLING, LYING
from haredge.core.seams import ActivityRecogniser, Measure
from haredge.core.types import Frame, Known, Person, Pose
from haredge.core.zone import Zone
from haredge.scene.entrance import Entrance
from haredge.scene.steady import Steady
from haredge.scene.zones import Where

ZONE_S: Final = 1.0
"""Seconds for which a person must be in another zone before it is theirs: who stands at an edge sways over it."""

MOST_REMEMBERED: Final = 1000
"""Tracks whose ids are remembered, those that began last: far more than a tracker finds again."""


class _Followed:
    """What is kept of a person from frame to frame."""

    def __init__(self, person_id: int, recogniser: ActivityRecogniser, activity_filter: ActivityFilter) -> None:
        self.id = person_id
        self.filter = activity_filter
        self.zones: Sequence[Zone] = ()
        """Where the person was last seen, the smallest zone first; empty if that was for a moment only, and is over."""
        self._recogniser = recogniser
        self._posture = LastingPosture()
        self._entrance = Entrance()
        self._resting = False
        """Whether they were in a place to rest when last seen: who drops into bed has not fallen."""
        self._zone: Steady[Zone | None] | None = None

    def update(self, frame: Frame, pose: Pose | None, where: Where, fallen: Known | None, measure: Measure) -> Person:
        prediction = self._recogniser.update(frame, pose)
        with measure("activity"):
            posture = self._posture.update(pose)
            self._entrance.update(frame, pose)
            self._resting = self._resting if pose is None else where.resting
            on_ground = fallen is not None and fallen.label == LYING
            refused = {*self._entrance.refused(frame.t), *((FALLING,) if self._resting or on_ground else ())}
            activity = self.filter.update(frame.t, pose is not None, prediction, fallen or posture, refused)
            self._posture.recognise(pose, self.filter.recognised)
        if pose is not None or not self.filter.settled:
            self.zones = where.zones
        zone = self._settled_zone(frame.t)
        return Person(
            self.id,
            pose,
            prediction,
            activity,
            zone=None if zone is None else zone.name,
            resting=where.resting,
            settled=self.filter.settled,
        )

    def _settled_zone(self, t: float) -> Zone | None:
        now = next(iter(self.zones), None)
        if self._zone is None:
            self._zone = Steady(now, t, lambda _: ZONE_S)
        return self._zone.update(now, t)


class People:
    """Who is in view of one source, and what each of them does.

    A person is a track, and never another's: as long as the person is in view, hidden for a moment included, they keep
    window, filter and zone, and their id also if the tracker finds them again later.
    """

    def __init__(
        self,
        new_recogniser: Callable[[], ActivityRecogniser],
        new_filter: Callable[[], ActivityFilter],
        ids: Iterator[int],
        measure: Measure = nullcontext,
    ) -> None:
        """Take what makes a person's recogniser and filter, and the ids to give, in order.

        ``measure`` times the stage ``activity``.
        """
        self._new_recogniser = new_recogniser
        self._new_filter = new_filter
        self._ids = ids
        self._measure = measure
        self._by_track: dict[int, _Followed] = {}
        self._id_by_track: dict[int, int] = {}
        self.left: Mapping[int, float] = {}
        """When those left who are no longer in view since the last update, by id."""

    def update(
        self,
        frame: Frame,
        poses: Sequence[Pose],
        where: Mapping[int, Where],
        fallen: Mapping[int, Known],
    ) -> tuple[Person, ...]:
        """Return the people in view, in the order in which they came; frames must have growing times.

        ``where`` says where each pose is, by its track; ``fallen`` what those who have fallen are doing, by id, if
        the classifier recognises nothing: falling until they are on the ground, lying after that.
        """
        by_track = {pose.track: pose for pose in poses}
        for track in by_track:
            if track not in self._by_track:
                self._by_track[track] = _Followed(self._id_of(track), self._new_recogniser(), self._new_filter())
        people = {
            track: followed.update(
                frame, by_track.get(track), where.get(track, Where()), fallen.get(followed.id), self._measure
            )
            for track, followed in self._by_track.items()
        }
        self._forget_who_has_left()
        return tuple(people[track] for track in self._by_track)

    def _id_of(self, track: int) -> int:
        if track not in self._id_by_track:
            self._id_by_track[track] = next(self._ids)
            if len(self._id_by_track) > MOST_REMEMBERED:
                del self._id_by_track[min(self._id_by_track)]
        return self._id_by_track[track]

    def occupied(self, *, hidden: bool) -> set[str]:
        """Return the names of the zones in which people are, or were when they were hidden."""
        there = [followed for followed in self._by_track.values() if followed.filter.hidden == hidden]
        return {zone.name for followed in there for zone in followed.zones}

    def _forget_who_has_left(self) -> None:
        gone = {track: each for track, each in self._by_track.items() if each.filter.left_at is not None}
        self._by_track = {track: each for track, each in self._by_track.items() if track not in gone}
        self.left = {each.id: each.filter.left_at for each in gone.values() if each.filter.left_at is not None}
