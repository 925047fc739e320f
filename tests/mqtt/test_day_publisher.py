"""Promises of the day's messages: as documented, seldom, and kept when the process ends."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import schemas
from mqtt_parts import TOPICS
from observed import observed

from haredge.core.clock import iso_utc
from haredge.mqtt.day_publisher import EVERY_S, DayPublisher, day_message
from haredge.mqtt.messages import Message
from haredge.scene.day import Day, DayLog


@dataclass
class Parts:
    """A publisher whose clocks, transport and memory are the test's."""

    now_s: float = 1_796_000_000.0
    sent: list[Message] = field(default_factory=list)
    kept: list[tuple[Day, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.publisher = DayPublisher(
            self,
            TOPICS,
            lambda t: 1_796_000_000.0 + t,
            DayLog(lambda now_s: f"day {now_s // 86_400:.0f}"),
            self,
            now=lambda: self.now_s,
            monotonic=lambda: self.now_s,
        )

    def send(self, message: Message) -> None:
        self.sent.append(message)

    def keep(self, day: Day, *, now: bool = False) -> None:
        self.kept.append((day, now))

    def live(self, seconds: int, label: str = "squat") -> None:
        """Let time pass, a frame each second."""
        for _ in range(seconds):
            self.publisher.emit(observed(self.now_s - 1_796_000_000.0, label))
            self.now_s += 1


def test_payload_is_as_documented() -> None:
    """Of a day with everything and of one with nothing."""
    for day in (Day("2026-11-29", 1.0, 2.0, 90.0, {"squat": 61.0}), Day("2026-11-29")):
        schemas.check("day", day_message(TOPICS, day, 3.0).payload)
    assert day_message(TOPICS, Day("2026-11-29", None, None, 90.0, {"squat": 61.0}), 3.0).payload == {
        "date": "2026-11-29",
        "last_seen": None,
        "last_movement": None,
        "in_view_min": 1.5,
        "activity_min": {"squat": 1.0},
    }


def test_one_message_a_minute_at_most() -> None:
    """Retained; an hour in front of the camera is sixty messages."""
    parts = Parts()
    parts.live(3600)
    assert len(parts.sent) == 3600 / EVERY_S
    assert all(message.retain and message.qos == 1 for message in parts.sent)


def test_an_empty_room_says_it_once() -> None:
    """What has not changed is not sent again."""
    parts = Parts()
    parts.live(3600, "no_person")
    assert len(parts.sent) == 1


def test_the_end_is_sent_and_kept() -> None:
    """A restart goes on with the day as it was."""
    parts = Parts()
    parts.live(30)
    parts.publisher.close()
    assert parts.sent[-1].payload == day_message(TOPICS, parts.kept[-1][0], parts.now_s).payload
    assert parts.kept[-1][0].in_view_s == 29.0
    assert parts.kept[-1][1]


def test_without_an_observation_nothing_is_said() -> None:
    """Before the first frame, the broker keeps what an earlier process said."""
    parts = Parts()
    parts.publisher.close()
    assert parts.sent == []


def test_midnight_passes_while_the_camera_is_closed() -> None:
    """The day of before is over, although nothing is seen."""
    parts = Parts()
    parts.live(3)
    parts.now_s += 86_400
    parts.publisher.pause()
    assert json.loads(parts.sent[-1].encoded())["in_view_min"] == 0.0


def test_the_last_minute_before_midnight_is_in_the_day() -> None:
    """A day is published once more when it is over, whenever the minute's message would be due."""
    parts = Parts()
    parts.now_s = midnight_s = 1_796_000_000.0 // 86_400 * 86_400 + 86_400
    parts.now_s -= 90
    parts.live(180)
    yesterday = [message.payload for message in parts.sent if dated(message) == f"day {midnight_s // 86_400 - 1:.0f}"]
    assert [payload["in_view_min"] for payload in yesterday if isinstance(payload, dict)][-1] == 1.5
    assert dated(parts.sent[-1]) == f"day {midnight_s // 86_400:.0f}"


def dated(message: Message) -> object:
    assert isinstance(message.payload, dict)
    return message.payload["date"]


def test_a_video_that_is_read_faster_than_it_lasts_has_last_times() -> None:
    """They are those of its own clock, which is ahead of the time of day by then."""
    parts = Parts()
    for t in range(0, 300, 10):
        parts.publisher.emit(observed(float(t), "squat"))
    parts.publisher.close()
    payload = parts.sent[-1].payload
    assert isinstance(payload, dict)
    assert payload["last_seen"] == iso_utc(1_796_000_000.0 + 290)


def test_a_last_time_in_the_future_is_not_known() -> None:
    """It was written while the clock was wrong."""
    day = Day("2026-11-29", last_seen_s=100.0, last_movement_s=50.0)
    payload = day_message(TOPICS, day, 60.0).payload
    assert isinstance(payload, dict)
    assert (payload["last_seen"], payload["last_movement"]) == (None, "1970-01-01T00:00:50.000Z")
