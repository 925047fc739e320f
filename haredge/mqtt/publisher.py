"""Observations in, messages out: decides what to publish and when."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from haredge.core.clock import CLOCK_SET_S, WallClock
from haredge.core.interval import Interval
from haredge.core.labels import UNKNOWN
from haredge.core.types import Activity, Observation
from haredge.core.zone import Zone
from haredge.mqtt import messages
from haredge.mqtt.episodes import Episodes
from haredge.mqtt.messages import Message, Topics
from haredge.mqtt.people_report import PeopleReport
from haredge.mqtt.zone_report import ZoneReport

SETTLED_S: Final = 5.0
"""Seconds after the first health message at which another one follows, however long ``health_interval_s`` is: the first
one is of a single frame, and knows no rate."""


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
    zones: Sequence[Zone] = ()
    """As they are before the first observation, which brings its own."""


class Publisher:
    """A sink that turns observations into messages and hands them to a transport.

    ``online`` goes out with the first frame (or pause), after all else, so that it never stands beside the state of an
    earlier process. The scene's activity is sent when its label or its start changes; people and zones when something
    changes with them, and all three when the clock was set. Each person's labels (but not "unknown") are events with a
    start and an end. Closing it ends the activities that continue and says ``offline``; the caller, who opened the
    transport, closes it afterwards.

    A loop that has just begun does not know who is there. Until it does, what was said before of activity and people
    stays; the first of all says that it is not known, as an empty room would switch off what the next moment switches
    on again.
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
        self._episodes = Episodes(settings.topics, settings.model, settings.wall_clock, new_id)
        self._people = PeopleReport(settings.topics, settings.wall_clock)
        self._zones = ZoneReport(settings.topics, settings.wall_clock, settings.zones)
        self._online = False
        self._detecting: bool | None = None
        self._published: Activity | None = None
        self._last_t = 0.0
        self._ahead_s = math.inf
        """By how much the time of day was ahead of the source's clock when it was last set."""
        self._prediction_due = Interval(1 / settings.prediction_hz if settings.prediction_hz else float("inf"))
        self._health_due = Interval(settings.health_interval_s)
        self._settling_until: float | None = None

    def emit(self, observation: Observation) -> None:
        """Send what has changed, and what is due; returns at once."""
        self._last_t = observation.frame.t
        self._heed_clock()
        self._zones.heed(observation)  # first: of a zone that is gone nothing is said any more
        if observation.known:
            self._publish_activity(observation.activity)
            if people := self._people.update(observation):
                self._send(people)
        elif not self._online:  # what the broker keeps is of an earlier process
            self._publish_unknown(self._settings.wall_clock(self._last_t))
        self._send_all(self._zones.update(observation))
        self._publish_detection(on=True)  # after the state: what is shown while detection is on is of now by then
        self._send_all(self._episodes.update(observation))
        self._publish_prediction(observation)
        self.publish_health()
        self._publish_online()

    def publish_health(self) -> None:
        """Send the health data if they are due: at the first call, soon after it, then every ``health_interval_s``."""
        now = self._monotonic()
        if self._settling_until is None:
            self._settling_until = now + SETTLED_S
        settled = now >= self._settling_until
        if self._health_due.due(now) or settled:
            self._send(messages.health(self._settings.topics, self._settings.health(), self._now()))
        if settled:
            self._settling_until = math.inf

    def pause(self) -> None:
        """Say that the camera has been closed: all activities have ended, and what happens now is unknown.

        The node stays ``online``, as it can be switched on again. The next :meth:`emit` reports that detection is on.
        """
        if self._detecting is not False:
            self._publish_detection(on=False)
            self._send_all(self._episodes.end_all(self._last_t))
            self._publish_unknown(self._now())
        self.publish_health()
        self._publish_online()

    def close(self) -> None:
        """End all activities at the last frame and say ``offline``, if ``online`` was ever said."""
        if people := self._people.rest():
            self._send(people)
        self._send_all(self._episodes.end_all(self._last_t))
        if self._online:
            self._send(messages.status(self._settings.topics, messages.OFFLINE))

    def _heed_clock(self) -> None:
        """Have all that says since when it is so sent again if the clock was set: a room may stay empty for a day."""
        ahead_s = self._settings.wall_clock(self._last_t) - self._last_t
        if abs(ahead_s - self._ahead_s) >= CLOCK_SET_S:
            self._ahead_s, self._published = ahead_s, None
            self._people.reset()
            self._zones.reset()

    def _publish_online(self) -> None:
        if not self._online:
            self._online = True
            self._send(messages.status(self._settings.topics, messages.ONLINE))

    def _publish_detection(self, *, on: bool) -> None:
        if on != self._detecting:
            self._detecting = on
            self._send(messages.detection(self._settings.topics, on=on))

    def _publish_activity(self, now: Activity) -> None:
        before, self._published = self._published, now
        if before is not None and (before.label, before.since) == (now.label, now.since):
            return
        settings = self._settings
        since_s, reported_s = settings.wall_clock(now.since), settings.wall_clock(self._last_t)
        self._send(messages.activity(settings.topics, now, settings.model, since_s, reported_s))

    def _publish_unknown(self, now_s: float) -> None:
        topics, unknown = self._settings.topics, Activity(UNKNOWN, 0.0, self._last_t)
        self._published = None
        self._people.reset()
        self._send(messages.activity(topics, unknown, self._settings.model, now_s, now_s))
        self._send(messages.people_unknown(topics, now_s))
        self._send_all(self._zones.unknown(now_s))

    def _publish_prediction(self, observation: Observation) -> None:
        settings, now = self._settings, observation.prediction
        if settings.prediction_hz and now is not None and self._prediction_due.due(now.t):
            self._send(
                messages.prediction(settings.topics, now, settings.labels, settings.model, settings.wall_clock(now.t))
            )

    def _send_all(self, found: Iterable[Message]) -> None:
        for message in found:
            self._send(message)

    def _send(self, message: Message) -> None:
        self._transport.send(message)
