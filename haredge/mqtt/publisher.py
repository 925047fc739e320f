"""Observations in, messages out: decides what to publish and when."""

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
class PublisherSettings:
    """What a publisher needs to know beside the observations."""

    topics: Topics
    model: str
    """Name of the activity model."""
    labels: Sequence[str]
    """The model's labels, in the order of its probabilities."""
    wall_clock: WallClock
    health: Callable[[], Mapping[str, object]]
    """Returns the values of the health topic."""
    prediction_hz: float = 0.0
    """How often to send all probabilities, in frame time; 0 is never."""
    health_interval_s: float = 30.0


class Publisher:
    """A sink that turns observations into messages and hands them to a transport.

    ``online`` goes out with the first frame (or pause). An activity is sent when its label or its start changes; labels
    (but not "no person" or "unknown") are also events with a start and an end. Closing it ends the running activity and
    says ``offline``; the caller, who opened the transport, closes it afterwards.
    """

    def __init__(
        self,
        transport: Transport,
        settings: PublisherSettings,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._transport = transport
        self._settings = settings
        self._now = now
        self._monotonic = monotonic
        self._new_id = new_id
        self._detecting: bool | None = None
        self._published: Activity | None = None
        self._episode: Episode | None = None
        self._last_t = 0.0
        self._prediction_due = Interval(1 / settings.prediction_hz if settings.prediction_hz else float("inf"))
        self._health_due = Interval(settings.health_interval_s)

    def emit(self, observation: Observation) -> None:
        """Send what has changed, and what is due; returns at once."""
        self._last_t = observation.frame.t
        self._publish_detection(on=True)
        self._publish_activity(observation.activity)
        self._publish_prediction(observation)
        self.publish_health()

    def publish_health(self) -> None:
        """Send the health data if they are due: at the first call, then every ``health_interval_s``."""
        if self._health_due.due(self._monotonic()):
            self._send(messages.health(self._settings.topics, self._settings.health(), self._now()))

    def pause(self) -> None:
        """Say that the camera has been closed: the activity has ended, and the current one is unknown.

        The node stays ``online``, as it can be switched on again. The next :meth:`emit` reports that detection is on.
        """
        if self._detecting is not False:
            self._publish_detection(on=False)
            self._end_episode(self._last_t)
            self._published = None
            unknown = Activity(UNKNOWN, 0.0, self._last_t)
            now_s = self._now()
            self._send(messages.activity(self._settings.topics, unknown, self._settings.model, now_s, now_s))
        self.publish_health()

    def close(self) -> None:
        """End the running activity at the last frame and say ``offline``, if ``online`` was ever said."""
        self._end_episode(self._last_t)
        if self._detecting is not None:
            self._send(messages.status(self._settings.topics, messages.OFFLINE))

    def _publish_detection(self, *, on: bool) -> None:
        if self._detecting is None:
            self._send(messages.status(self._settings.topics, messages.ONLINE))
        if on != self._detecting:
            self._detecting = on
            self._send(messages.detection(self._settings.topics, on=on))

    def _publish_activity(self, now: Activity) -> None:
        before, self._published = self._published, now
        if before is not None and (before.label, before.since) == (now.label, now.since):
            return
        self._end_episode(now.since)
        settings = self._settings
        since_s, reported_s = settings.wall_clock(now.since), settings.wall_clock(self._last_t)
        self._send(messages.activity(settings.topics, now, settings.model, since_s, reported_s))
        if now.label not in {NO_PERSON, UNKNOWN}:
            self._episode = Episode(self._new_id(), now, settings.model)
            self._send(messages.event_start(settings.topics, self._episode, since_s, reported_s))

    def _end_episode(self, t: float) -> None:
        episode, self._episode = self._episode, None
        if episode is None:
            return
        settings, began = self._settings, episode.activity.since
        started_s, reported_s = settings.wall_clock(began), settings.wall_clock(self._last_t)
        self._send(messages.event_end(settings.topics, episode, started_s, max(0.0, t - began), reported_s))

    def _publish_prediction(self, observation: Observation) -> None:
        settings, now = self._settings, observation.prediction
        if settings.prediction_hz and now is not None and self._prediction_due.due(now.t):
            self._send(
                messages.prediction(settings.topics, now, settings.labels, settings.model, settings.wall_clock(now.t))
            )

    def _send(self, message: Message) -> None:
        self._transport.send(message)
