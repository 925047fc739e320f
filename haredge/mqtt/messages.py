"""What haredge publishes: topics, payloads, quality of service. Pure; docs/mqtt.md describes them to a reader.

Payloads are labels and numbers only. Nothing here takes a frame or a keypoint, so no image can leave this way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from haredge.core.clock import iso_utc
from haredge.core.types import Activity, Prediction

ONLINE: Final = "online"
OFFLINE: Final = "offline"
"""Payloads of the status topic; OFFLINE is also the last will. The words that Home Assistant expects."""

_DECIMALS = 4
"""Of probabilities: an int8 network has no more to say."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a transport takes it."""

    topic: str
    payload: str | Mapping[str, object]
    """Text, or a mapping that is sent as JSON."""
    qos: int = 0
    retain: bool = False

    def encoded(self) -> bytes:
        """Return the payload as it travels: UTF-8, a mapping as compact JSON."""
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
    def prediction(self) -> str:
        """All probabilities, several times a second; sent only when asked for."""
        return self.under("prediction")

    @property
    def detect_set(self) -> str:
        """The command topic: ``ON`` and ``OFF`` switch detection."""
        return self.under("detect/set")

    @property
    def detect_state(self) -> str:
        """``ON`` or ``OFF``: whether detection is on; retained."""
        return self.under("detect/state")

    @property
    def health(self) -> str:
        """How the board and the daemon are; retained."""
        return self.under("health")


@dataclass(frozen=True, slots=True)
class Episode:
    """One activity from its start on, as the event topic reports it."""

    id: str
    """Unique; shared by the start and the end of the episode."""
    activity: Activity
    model: str
    """Name of the model that recognised it."""


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
        "label": episode.activity.label,
        "probability": _rounded(episode.activity.probability),
        "start": iso_utc(started_s),
        "model": episode.model,
    }


def _rounded(probability: float) -> float:
    return round(probability, _DECIMALS)
