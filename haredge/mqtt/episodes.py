"""Each person's activities as events: a start and an end, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from haredge.core.clock import WallClock
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Activity, Observation, Person
from haredge.mqtt import messages
from haredge.mqtt.messages import Episode, Message, Topics


@dataclass(frozen=True, slots=True)
class _Open:
    """An activity that continues."""

    episode: Episode
    seen_t: float
    """When the person was last detected."""

    def is_of(self, activity: Activity) -> bool:
        """Return whether an activity is still this one; its probability may have changed."""
        began = self.episode.activity
        return (activity.label, activity.since) == (began.label, began.since)


class Episodes:
    """Knows which activity of which person continues, and makes events of what changes."""

    def __init__(self, topics: Topics, model: str, wall_clock: WallClock, new_id: Callable[[], str]) -> None:
        """Take the node's topics, the activity model's name, the clock, and what gives each episode its id."""
        self._topics = topics
        self._model = model
        self._wall_clock = wall_clock
        self._new_id = new_id
        self._open: dict[int, _Open] = {}

    def update(self, observation: Observation) -> Iterator[Message]:
        """Yield the events of an observation: each person's end before their next start.

        The activity of a person who has left ended when they were last detected.
        """
        t = observation.frame.t
        people = {person.id: person for person in observation.people if person.settled}
        for person_id in self._open.keys() - people.keys():
            yield self._end(person_id, self._open[person_id].seen_t, t)
        for person in people.values():
            yield from self._follow(person, t)

    def end_all(self, t: float) -> Iterator[Message]:
        """Yield the end of every activity that continues at ``t``: when the person was last detected."""
        for person_id in sorted(self._open):
            yield self._end(person_id, self._open[person_id].seen_t, t)

    def _follow(self, person: Person, t: float) -> Iterator[Message]:
        current, activity = self._open.get(person.id), person.activity
        if current and current.is_of(activity):
            seen_t = current.seen_t if person.pose is None else t
            self._open[person.id] = _Open(replace(current.episode, zone=person.zone), seen_t)
            return
        if current:
            yield self._end(person.id, activity.since, t)
        if activity.label not in {NO_PERSON, UNKNOWN}:
            episode = Episode(self._new_id(), person.id, person.zone, activity, self._model)
            self._open[person.id] = _Open(episode, t)
            since_s, reported_s = self._wall_clock(activity.since), self._wall_clock(t)
            yield messages.event_start(self._topics, episode, since_s, reported_s)

    def _end(self, person_id: int, end_t: float, t: float) -> Message:
        episode = self._open.pop(person_id).episode
        began = episode.activity.since
        duration_s, started_s, reported_s = max(0.0, end_t - began), self._wall_clock(began), self._wall_clock(t)
        return messages.event_end(self._topics, episode, started_s, duration_s, reported_s)
