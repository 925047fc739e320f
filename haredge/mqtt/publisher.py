"""Observations in, messages out: decides what is worth saying and when."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from haredge.core.clock import WallClock
from haredge.core.interval import Interval
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Activity, Observation
from haredge.mqtt import messages
from haredge.mqtt.messages import Episode, Message, Topics


class Transport(Protocol):
    """Carries messages: to a broker, or to standard output."""

    def send(self, message: Message) -> None:
        """Take a message; return at once, whatever the outside world is doing."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What a publisher needs to know beside the observations."""

    topics: Topics
    model: str
    """Name of the activity model."""
    labels: Sequence[str]
    """The model's labels, in the order of its probabilities."""
    wall_clock: WallClock
    health: Callable[[], Mapping[str, object]]
    """Gives the figures of the health topic."""
    prediction_hz: float = 0.0
    """How often to send all probabilities, in frame time; 0 is never."""
    health_interval_s: float = 30.0


class Publisher:
    """A sink that turns observations into messages and hands them to a transport.

    ``online`` goes out with the first frame (or pause). An activity is sent when its label or its start changes; labels
    (but not "no person" or "unknown") are also events with a start and an end. Closing it ends the running activity and
    says ``offline``; the transport is closed by whoever opened it, afterwards.
    """

    def __init__(
        self,
        transport: Transport,
        voice: Voice,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._transport = transport
        self._voice = voice
        self._now = now
        self._monotonic = monotonic
        self._new_id = new_id
        self._looking: bool | None = None
        self._seen: Activity | None = None
        self._episode: Episode | None = None
        self._last_t = 0.0
        self._prediction_due = Interval(1 / voice.prediction_hz if voice.prediction_hz else float("inf"))
        self._health_due = Interval(voice.health_interval_s)

    def emit(self, observation: Observation) -> None:
        """Send what has changed, and what is due; returns at once."""
        self._last_t = observation.frame.t
        self._tell_detection(on=True)
        self._tell_activity(observation.activity)
        self._tell_prediction(observation)
        self.tell_health()

    def tell_health(self) -> None:
        """Send the health figures if they are due: at the first call, then every ``health_interval_s``."""
        if self._health_due.due(self._monotonic()):
            self._send(messages.health(self._voice.topics, self._voice.health(), self._now()))

    def pause(self) -> None:
        """Say that the camera has been closed: what was going on has ended, and what goes on is unknown.

        The node stays ``online``, as it can be switched on again. The next :meth:`emit` says that it looks again.
        """
        if self._looking is not False:
            self._tell_detection(on=False)
            self._end_episode(self._last_t)
            self._seen = None
            unknown = Activity(UNKNOWN, 0.0, self._last_t)
            self._send(messages.activity(self._voice.topics, unknown, self._voice.model, self._now()))
        self.tell_health()

    def close(self) -> None:
        """End the running activity at the last frame and say ``offline``, if ``online`` was ever said."""
        self._end_episode(self._last_t)
        if self._looking is not None:
            self._send(messages.status(self._voice.topics, messages.OFFLINE))

    def _tell_detection(self, *, on: bool) -> None:
        if self._looking is None:
            self._send(messages.status(self._voice.topics, messages.ONLINE))
        if on != self._looking:
            self._looking = on
            self._send(messages.detection(self._voice.topics, on=on))

    def _tell_activity(self, now: Activity) -> None:
        seen, self._seen = self._seen, now
        if seen is not None and (seen.label, seen.since) == (now.label, now.since):
            return
        self._end_episode(now.since)
        since_s = self._voice.wall_clock(now.since)
        self._send(messages.activity(self._voice.topics, now, self._voice.model, since_s))
        if now.label not in {NO_PERSON, UNKNOWN}:
            self._episode = Episode(self._new_id(), now, self._voice.model)
            self._send(messages.event_start(self._voice.topics, self._episode, since_s))

    def _end_episode(self, t: float) -> None:
        episode, self._episode = self._episode, None
        if episode is None:
            return
        began = episode.activity.since
        started_s = self._voice.wall_clock(began)
        self._send(messages.event_end(self._voice.topics, episode, started_s, max(0.0, t - began)))

    def _tell_prediction(self, observation: Observation) -> None:
        voice, now = self._voice, observation.prediction
        if voice.prediction_hz and now is not None and self._prediction_due.due(now.t):
            self._send(messages.prediction(voice.topics, now, voice.labels, voice.model, voice.wall_clock(now.t)))

    def _send(self, message: Message) -> None:
        self._transport.send(message)
