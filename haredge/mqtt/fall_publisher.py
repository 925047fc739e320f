"""Fall alarms in, messages out: the state on each change, and an event for each step of each fall."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from haredge.core.clock import WallClock
from haredge.core.types import ACKNOWLEDGED, FallAlarm
from haredge.mqtt import fall_messages
from haredge.mqtt.fall_messages import EventType, FallReport, Moment
from haredge.mqtt.messages import Topics
from haredge.mqtt.publisher import Transport

_State = tuple[object, ...]


class FallMemory(Protocol):
    """Keeps the falls that are reported, the confirmed ones over a restart."""

    @property
    def reports(self) -> Sequence[FallReport]:
        """The falls that are reported, the furthest first."""

    def keep(self, reports: Sequence[FallReport], alarm: FallAlarm | None = None) -> None:
        """Keep these from now on; ``alarm`` is what the detector said of them."""


class FallPublisher:
    """Publishes what a fall detector reports; a fall that the memory holds has been published before.

    The state is that of the fall which has come furthest; events are of each fall. The detector, too, begins with the
    fall in memory: its times stay as they are, whatever the time of day is by now, as a board without a clock may have
    been set to the right time since.
    """

    def __init__(
        self,
        transport: Transport,
        topics: Topics,
        wall_clock: WallClock,
        memory: FallMemory,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._transport = transport
        self._topics = topics
        self._wall_clock = wall_clock
        self._memory = memory
        self._now = now
        self._reports = {report.id: report for report in memory.reports}
        """The falls that stand, as they were last reported, by id."""
        self._published: _State | None = None
        """What was published last; until then the broker keeps what an earlier process said. Empty for what stood at
        the start: the first frame's alarm is published in any case."""
        self._standing: list[_State] | None = None if self._reports else []

    def update(self, alarm: FallAlarm, t: float) -> None:
        """Publish an alarm, as it is after the frame of time ``t``, if it has changed."""
        reported_s = self._wall_clock(t)
        self._end_all_but(alarm, reported_s)
        for each in alarm.standing:
            self._follow(each, reported_s)
        report = self._reports.get(alarm.id)
        before, self._standing = self._standing, [_state(each) for each in alarm.standing]
        if self._standing != before:
            self._memory.keep([self._reports[each.id] for each in alarm.standing], alarm)
        published, self._published = self._published, _state(alarm)
        if published != self._published:
            since_s = self._wall_clock(alarm.since) if report is None else report.since_s
            self._publish(report, Moment(since_s, reported_s, alarm.why))

    def pause(self) -> None:
        """Publish what stands if nothing has been published yet, as no frames come."""
        if self._published is not None:
            return
        self._published = ()
        now_s = self._now()
        report = next(iter(self._reports.values()), None)
        since_s, why = (report.since_s, report.why) if report else (now_s, "")
        self._publish(report, Moment(since_s, now_s, why))

    def acknowledge(self) -> None:
        """Clear all falls, while no frames come."""
        if not self._reports:
            return
        now_s = self._now()
        clear = FallAlarm("clear", 0.0)
        self._published, self._standing = _state(clear), []
        self._end_all_but(clear, now_s, ACKNOWLEDGED)
        self._memory.keep(())
        self._publish(None, Moment(now_s, now_s, ACKNOWLEDGED))

    def _publish(self, report: FallReport | None, moment: Moment) -> None:
        self._transport.send(fall_messages.fall(self._topics, report, moment))

    def _follow(self, alarm: FallAlarm, reported_s: float) -> None:
        """Send the event of a fall if it has become possible or is confirmed, and note whose it is, and where."""
        before = self._reports.get(alarm.id)
        if alarm.state == "clear":
            return
        if before is not None and before.state == alarm.state:
            self._reports[alarm.id] = replace(before, person=alarm.person, zone=alarm.zone)
            return
        since_s = self._wall_clock(alarm.since)
        fell_s = since_s if before is None else before.fell_s
        report = FallReport(alarm.id, alarm.state, since_s, fell_s, alarm.person, alarm.zone, alarm.why)
        self._reports[alarm.id] = report
        kind: EventType = "fall_possible" if alarm.state == "possible" else "fall_confirmed"
        self._transport.send(fall_messages.event(self._topics, kind, report, Moment(since_s, reported_s, alarm.why)))

    def _end_all_but(self, alarm: FallAlarm, reported_s: float, why: str = "") -> None:
        """Send that falls are over, of those that an alarm does not name as standing, and forget them."""
        over = {each.id: each for each in (alarm, *alarm.others) if each.state == "clear"}
        standing = {each.id for each in alarm.standing}
        for number in [number for number in self._reports if number not in standing]:
            end = over.get(number)
            moment = Moment(self._wall_clock(end.since) if end else reported_s, reported_s, end.why if end else why)
            report = self._reports.pop(number)
            self._transport.send(fall_messages.event(self._topics, "fall_cleared", report, moment))


def _state(alarm: FallAlarm) -> _State:
    """Return what of an alarm is a change, if it is another; a loop that begins again is none while all is clear."""
    return ("clear",) if alarm.state == "clear" else (alarm.id, alarm.state, alarm.since, alarm.person, alarm.zone)
