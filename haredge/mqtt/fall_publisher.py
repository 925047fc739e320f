"""Fall alarms in, messages out: the state on each change, and an event for each step of a fall."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal, Protocol

from haredge.core.clock import WallClock
from haredge.core.types import FallAlarm
from haredge.mqtt import fall_messages
from haredge.mqtt.fall_messages import FallReport, Moment
from haredge.mqtt.messages import Topics
from haredge.mqtt.publisher import Transport

ACKNOWLEDGED: Final = "acknowledged"


class FallMemory(Protocol):
    """Keeps the fall that is reported, over a restart if it is a confirmed one."""

    @property
    def report(self) -> FallReport | None:
        """The fall that is reported; None if there is none."""

    def keep(self, report: FallReport | None, since: float | None = None) -> None:
        """Keep this one from now on; ``since`` is when its state began, on the source's clock."""


class FallPublisher:
    """Publishes what a fall detector reports; a fall that the memory holds has been published before.

    The detector, too, begins with that fall. So the first alarm is the fall in memory, whatever the time of day says of
    it: a board without a clock may have been set to the right time since.
    """

    def __init__(
        self,
        transport: Transport,
        topics: Topics,
        wall_clock: WallClock,
        memory: FallMemory,
        *,
        now: Callable[[], float] = time.time,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._transport = transport
        self._topics = topics
        self._wall_clock = wall_clock
        self._memory = memory
        self._now = now
        self._new_id = new_id
        self._published: FallAlarm | None = None

    def update(self, alarm: FallAlarm, t: float) -> None:
        """Publish an alarm, as it is after the frame of time ``t``, if it has changed."""
        before, self._published = self._published, alarm
        if before is not None and (before.state, before.since) == (alarm.state, alarm.since):
            return
        moment = Moment(self._wall_clock(alarm.since), self._wall_clock(t), alarm.why)
        known = self._memory.report
        if alarm.state == "clear":
            self._end(moment)
        elif before is None and known is not None and known.state == alarm.state:
            moment = replace(moment, since_s=known.since_s)
        else:
            self._report(alarm, alarm.state, moment)
        self._transport.send(fall_messages.fall(self._topics, self._memory.report, moment))

    def acknowledge(self) -> None:
        """Clear the fall that is reported, while no frames come."""
        if self._memory.report is None:
            return
        self._published = None
        now_s = self._now()
        moment = Moment(now_s, now_s, ACKNOWLEDGED)
        self._end(moment)
        self._transport.send(fall_messages.fall(self._topics, None, moment))

    def _report(self, alarm: FallAlarm, state: Literal["possible", "confirmed"], moment: Moment) -> None:
        """Send the event of a fall that has become possible or is confirmed, and keep it in memory."""
        before = self._memory.report
        goes_on = before is not None and before.state == "possible" and state == "confirmed"
        if before is None or not goes_on:
            self._end(replace(moment, why=""))
            report = FallReport(
                self._new_id(), state, moment.since_s, moment.since_s, alarm.person, alarm.zone, alarm.why
            )
        else:
            report = replace(
                before, state=state, since_s=moment.since_s, person=alarm.person, zone=alarm.zone, why=alarm.why
            )
        self._memory.keep(report, alarm.since)
        self._transport.send(
            fall_messages.event(
                self._topics, "fall_possible" if state == "possible" else "fall_confirmed", report, moment
            )
        )

    def _end(self, moment: Moment) -> None:
        """Send that the fall in memory is over, if there is one, and forget it."""
        report = self._memory.report
        if report is not None:
            self._memory.keep(None)
            self._transport.send(fall_messages.event(self._topics, "fall_cleared", report, moment))
