"""What the day was like, as a retained message, once a minute at most; docs/mqtt.md describes it to a reader."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

from haredge.core.clock import CLOCK_SET_S, WallClock, iso_utc
from haredge.core.interval import Interval
from haredge.core.types import Observation
from haredge.mqtt.messages import Message, Topics
from haredge.mqtt.publisher import Transport
from haredge.scene.day import Day, DayLog

EVERY_S: Final = 60.0
"""Seconds between two messages."""


class DayMemory(Protocol):
    """Keeps the day over a restart."""

    def keep(self, day: Day, *, now: bool = False) -> None:
        """Keep this day from now on; ``now`` if the process is about to end."""


class DayPublisher:
    """Follows the day through observations and publishes it."""

    def __init__(
        self,
        transport: Transport,
        topics: Topics,
        wall_clock: WallClock,
        log: DayLog,
        memory: DayMemory | None = None,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._topics = topics
        self._wall_clock = wall_clock
        self._log = log
        self._memory = memory
        self._now = now
        self._monotonic = monotonic
        self._due = Interval(EVERY_S)
        self._at_s = now()
        """The time of day, which a file's own clock may be ahead of."""
        self._published: Message | None = None

    def emit(self, observation: Observation) -> None:
        """Take an observation; publish if that is due and anything has changed."""
        at_s, before = self._wall_clock(observation.frame.t), self._log.day
        self._log.update(observation, at_s)
        self._go_on(before, at_s)

    def pause(self) -> None:
        """Go on to the next day while the camera is closed, too."""
        at_s, before = self._now(), self._log.day
        self._log.roll(at_s)
        self._go_on(before, at_s)

    def close(self) -> None:
        """Publish and keep the day as it is now."""
        self._publish(self._log.day)
        if self._memory is not None:
            self._memory.keep(self._log.day, now=True)

    def _go_on(self, before: Day, at_s: float) -> None:
        """Publish if that is due; at midnight the day that is over, whose last minute would be missing else."""
        if self._published is not None and self._log.day.date != before.date:
            self._publish(before)
        self._at_s = at_s
        if self._due.due(self._monotonic()):
            self._publish(self._log.day)
            if self._memory is not None:
                self._memory.keep(self._log.day)

    def _publish(self, day: Day) -> None:
        message = day_message(self._topics, day, self._at_s)
        if day.date and message != self._published:
            self._published = message
            self._transport.send(message)


def day_message(topics: Topics, day: Day, now_s: float) -> Message:
    """Report a day: minutes in view and of each label, and the last times, null if they are not known.

    One that is later than ``now_s`` is of a clock that was wrong.
    """
    payload = {
        "date": day.date,
        "last_seen": _time(day.last_seen_s, now_s),
        "last_movement": _time(day.last_movement_s, now_s),
        "in_view_min": _minutes(day.in_view_s),
        "activity_min": {label: _minutes(seconds) for label, seconds in sorted(day.activity_s.items())},
    }
    return Message(topics.day, payload, qos=1, retain=True)


def _time(last_s: float | None, now_s: float) -> str | None:
    return None if last_s is None or last_s > now_s + CLOCK_SET_S else iso_utc(last_s)


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)
