"""What haredge publishes: topics, payloads, quality of service. Pure; docs/mqtt.md describes them to a reader.

Payloads are labels and numbers, and, if the configuration asks for it, an image of skeletons on black, which comes here
as it is to be sent. Nothing here takes a frame or a keypoint, so no image of the camera's can leave this way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from haredge.core.clock import WallClock, iso_utc
from haredge.core.types import Activity, Box, FallState, Prediction

ONLINE: Final = "online"
OFFLINE: Final = "offline"
"""Payloads of the status topic; OFFLINE is also the last will. The words that Home Assistant expects."""

_DECIMALS = 4
"""Of probabilities: an int8 network has no more to say."""

_BOX_DECIMALS = 3
"""Of a box's shares: a pixel or two."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a transport takes it."""

    topic: str
    payload: str | bytes | Mapping[str, object]
    """Text, a file's content, or a mapping that is sent as JSON."""
    qos: int = 0
    retain: bool = False

    def encoded(self) -> bytes:
        """Return the payload as it travels: UTF-8, a mapping as compact JSON."""
        if isinstance(self.payload, bytes):
            return self.payload
        if isinstance(self.payload, str):
            return self.payload.encode()
        return json.dumps(self.payload, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one node, all under ``base/node/``."""

    base: str
    node: str

    @property
    def device(self) -> str:
        """What Home Assistant knows the node by; changes only with base or node."""
        return f"{self.base}_{self.node}".replace("/", "_")

    def under(self, name: str) -> str:
        """Return the full name of one of this node's topics."""
        return f"{self.base}/{self.node}/{name}"

    @property
    def status(self) -> str:
        """``online`` or ``offline``; retained; the last will's topic."""
        return self.under("status")

    @property
    def activity(self) -> str:
        """The current activity; retained; sent on each change."""
        return self.under("activity")

    @property
    def event(self) -> str:
        """Start and end of each activity; at least once; not retained."""
        return self.under("event")

    @property
    def people(self) -> str:
        """Everyone in view; retained; sent on each change, and now and then while people move."""
        return self.under("people")

    def zone(self, name: str) -> str:
        """Return the topic of a zone's occupancy; retained; sent on each change."""
        return self.under(f"zone/{name}")

    @property
    def prediction(self) -> str:
        """All probabilities, several times a second; sent only when asked for."""
        return self.under("prediction")

    @property
    def skeletons(self) -> str:
        """An image of the skeletons on black; not retained; sent only when asked for."""
        return self.under("skeletons")

    @property
    def detect_set(self) -> str:
        """The command topic: ``ON`` and ``OFF`` switch detection."""
        return self.under("detect/set")

    @property
    def detect_state(self) -> str:
        """``ON`` or ``OFF``: whether detection is on; retained."""
        return self.under("detect/state")

    @property
    def fall(self) -> str:
        """Whether a person has fallen; retained; sent on each change."""
        return self.under("fall")

    @property
    def fall_event(self) -> str:
        """A fall that became possible, was confirmed, or is over; at least once; not retained."""
        return self.under("fall/event")

    @property
    def fall_acknowledge(self) -> str:
        """The command topic: ``ACKNOWLEDGE`` clears a fall."""
        return self.under("fall/acknowledge")

    def setting(self, name: str) -> str:
        """Return the topic that says what a setting is; retained; sent on each change."""
        return self.under(f"setting/{name}")

    def setting_set(self, name: str) -> str:
        """Return the command topic that changes a setting."""
        return self.under(f"setting/{name}/set")

    @property
    def day(self) -> str:
        """What the day was like; retained; once a minute at most."""
        return self.under("day")

    @property
    def health(self) -> str:
        """How the board and the daemon are; retained."""
        return self.under("health")


@dataclass(frozen=True, slots=True)
class Episode:
    """One person's activity from its start on, as the event topic reports it."""

    id: str
    """Unique; shared by the start and the end of the episode."""
    person: int
    """Whose, by :attr:`haredge.core.types.Person.id`."""
    zone: str | None
    """Name of the zone in which the person is; None outside all zones."""
    activity: Activity
    """As it was when it began."""
    model: str
    """Name of the model that recognised it."""


@dataclass(frozen=True, slots=True)
class PersonReport:
    """One person in view, as the people topic reports them."""

    id: int
    activity: Activity
    box: Box | None
    """In shares of the image; None while the person is hidden."""
    zone: str | None
    fall: FallState | None
    """None if falls are not looked for."""

    @property
    def state(self) -> tuple[object, ...]:
        """What of it is a change, if it is another: all but box and probability."""
        return self.id, self.activity.label, self.activity.since, self.zone, self.fall


def status(topics: Topics, payload: str) -> Message:
    """Say that the node is :data:`ONLINE` or :data:`OFFLINE`."""
    return Message(topics.status, payload, qos=1, retain=True)


def detection(topics: Topics, *, on: bool) -> Message:
    """Say whether detection is on, or the camera has been closed."""
    return Message(topics.detect_state, "ON" if on else "OFF", qos=1, retain=True)


def activity(topics: Topics, now: Activity, model: str, since_s: float, reported_s: float) -> Message:
    """Report the current activity: when it began, and when that was known (seconds since 1970)."""
    payload = {
        "label": now.label,
        "probability": _rounded(now.probability),
        "since": iso_utc(since_s),
        "reported": iso_utc(reported_s),
        "model": model,
    }
    return Message(topics.activity, payload, qos=1, retain=True)


def people(topics: Topics, now: Sequence[PersonReport], wall_clock: WallClock, t: float) -> Message:
    """Report everyone in view at ``t``."""
    reports = [_person(person, wall_clock) for person in now]
    return _people(topics, len(reports), reports, wall_clock(t))


def people_unknown(topics: Topics, reported_s: float) -> Message:
    """Say that it is not known who is in view: the camera is closed."""
    return _people(topics, None, [], reported_s)


def _people(topics: Topics, count: int | None, reports: Sequence[object], reported_s: float) -> Message:
    payload = {"count": count, "people": reports, "reported": iso_utc(reported_s)}
    return Message(topics.people, payload, qos=1, retain=True)


def _person(person: PersonReport, wall_clock: WallClock) -> dict[str, object]:
    return {
        "id": person.id,
        "label": person.activity.label,
        "probability": _rounded(person.activity.probability),
        "since": iso_utc(wall_clock(person.activity.since)),
        "zone": person.zone,
        "fall": person.fall,
        "box": None if person.box is None else person.box.rounded(_BOX_DECIMALS),
    }


def zone(topics: Topics, name: str, since_s: float, reported_s: float, *, occupied: bool | None) -> Message:
    """Say whether there is anyone in a zone, or None while that is not known; times are seconds since 1970."""
    payload = {"occupied": occupied, "since": iso_utc(since_s), "reported": iso_utc(reported_s)}
    return Message(topics.zone(name), payload, qos=1, retain=True)


def skeletons(topics: Topics, jpeg: bytes) -> Message:
    """Show everyone in view as a skeleton on black: of its moment, neither kept by the broker nor sent again."""
    return Message(topics.skeletons, jpeg)


def nothing_on(topic: str) -> Message:
    """Have the broker forget what it retains on a topic."""
    return Message(topic, "", qos=1, retain=True)


def event_start(topics: Topics, episode: Episode, started_s: float, reported_s: float) -> Message:
    """Say that an activity has begun: when, and when that was known (seconds since 1970)."""
    payload = {
        "event_type": "start",
        **_event(episode, started_s),
        "time": iso_utc(started_s),
        "reported": iso_utc(reported_s),
    }
    return Message(topics.event, payload, qos=1)


def event_end(topics: Topics, episode: Episode, started_s: float, duration_s: float, reported_s: float) -> Message:
    """Say that an activity has ended: when it began, how long it lasted, and when that was known.

    Times are seconds since 1970.
    """
    payload = {
        "event_type": "end",
        **_event(episode, started_s),
        "time": iso_utc(started_s + duration_s),
        "reported": iso_utc(reported_s),
        "duration_s": round(duration_s, 3),
    }
    return Message(topics.event, payload, qos=1)


def prediction(topics: Topics, now: Prediction, labels: Sequence[str], model: str, time_s: float) -> Message:
    """Give every label's probability for the window that ended at ``time_s`` (seconds since 1970)."""
    probabilities = {label: _rounded(float(p)) for label, p in zip(labels, now.probabilities, strict=True)}
    return Message(topics.prediction, {"time": iso_utc(time_s), "probabilities": probabilities, "model": model})


def health(topics: Topics, values: Mapping[str, object], time_s: float) -> Message:
    """Report how the daemon and the board are; ``values`` as docs/schemas/health.json describes them."""
    return Message(topics.health, {"time": iso_utc(time_s), **values}, retain=True)


def _event(episode: Episode, started_s: float) -> dict[str, object]:
    return {
        "id": episode.id,
        "person": episode.person,
        "zone": episode.zone,
        "label": episode.activity.label,
        "probability": _rounded(episode.activity.probability),
        "start": iso_utc(started_s),
        "model": episode.model,
    }


def _rounded(probability: float) -> float:
    return round(probability, _DECIMALS)
