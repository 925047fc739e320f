"""From the poses in a frame to an observation: people, their falls, the zones, and the scene's activity."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Final

from haredge.activity.filter import ActivityFilter
from haredge.core.labels import FALLING, LYING
from haredge.core.seams import ActivityRecogniser, FallDetector, Measure
from haredge.core.types import FOUND_LYING, Fall, Frame, Known, Observation, Pose
from haredge.core.zone import Zone
from haredge.scene.activity import SceneActivity
from haredge.scene.occupancy import LEAVE_S, Occupancies
from haredge.scene.people import People
from haredge.scene.zones import Where, ignored_in, smallest_first

LANDED_S: Final = 0.5
"""Seconds from the report of a possible fall to when the person lies; until then they are falling.

The fall rule reports a fall half a second before the activity model recognises it, as a rule, and 0.04 to 0.40 s before
the person has come to rest on the ground (medians, Le2i; `python -m research.falls measure`)."""


class SceneObserver:
    """Knows one source's scene from frame to frame."""

    def __init__(
        self,
        new_recogniser: Callable[[], ActivityRecogniser],
        new_filter: Callable[[], ActivityFilter],
        *,
        zones: Sequence[Zone] = (),
        falls: FallDetector | None = None,
        measure: Measure = nullcontext,
    ) -> None:
        """Take what makes a person's recogniser and filter, the zones, and a detector of falls, if they matter.

        ``measure`` times the stages ``activity`` and ``fall``.
        """
        self._new_recogniser = new_recogniser
        self._new_filter = new_filter
        self._falls = falls
        self._zones = zones
        self._smallest_first = smallest_first(zones)
        self._ignored = ignored_in(zones)
        self._measure = measure
        self._ids = itertools.count(1)
        self._t: float | None = None
        self._known = False
        self._fallen: dict[int, Known] = {}
        """What the fall detector knows of those who have fallen, by id."""

    def observe(self, frame: Frame, poses: Sequence[Pose]) -> Observation:
        """Return what is known after a frame.

        A time before the last one, as of a video that starts over, starts from scratch.
        """
        if self._t is None or frame.t < self._t:
            self._start(frame.t)
        self._t = frame.t
        # haredge's own tracker has left them out, so that they take no one's place; another one need not.
        followed = [pose for pose in poses if not self._ignored(pose, frame.size)]
        where = {pose.track: Where.of(pose, frame.size, self._smallest_first) for pose in followed}
        people = self._people.update(frame, followed, where, self._fallen)
        alarm = None
        if self._falls is not None:
            with self._measure("fall"):
                people, alarm = self._falls.update(frame, people)
        falls = {person.id: person.fall for person in people if person.fall is not None}
        self._fallen = {number: _known(fall, frame.t) for number, fall in falls.items() if fall.down > 0}
        activity = self._activity.update(frame.t, people, self._people.left)
        zones = self._people.occupied(hidden=False), self._people.occupied(hidden=True)
        occupancies = self._occupancies.update(frame.t, *zones)
        self._known = self._known or self._activity.person is not None or frame.t - self._began >= LEAVE_S
        return Observation(frame, people, activity, alarm, occupancies, self._activity.person, self._known)

    def _start(self, t: float) -> None:
        self._began = t
        self._known = False
        self._people = People(self._new_recogniser, self._new_filter, self._ids, self._measure)
        self._activity = SceneActivity(t)
        self._occupancies = Occupancies(self._zones, t)


def _known(fall: Fall, t: float) -> Known:
    """Return what a person is doing who has fallen and is low: they have just come down, or they lie."""
    landing = fall.state == "possible" and fall.why != FOUND_LYING and t - fall.since < LANDED_S
    return Known(FALLING if landing else LYING, fall.down, at_once=True)
