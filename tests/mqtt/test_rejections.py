"""Promises of haredge.mqtt.rejections: what an access list does not give is reported once, and tried again."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from haredge.mqtt.connection import Rejection
from haredge.mqtt.rejections import Attempt, Rejections
from haredge.mqtt.reporter import Reporter
from haredge.mqtt.timers import Timers

DENIED, INVALID = Rejection(0x87, "Not authorized"), Rejection(0x90, "Topic Name invalid")
COMMAND, DAY = ("h/command", "read"), ("h/day", "write")


def test_what_may_be_given_one_day_is_tried_again_together(caplog: pytest.LogCaptureFixture) -> None:
    """A minute after the first of them, once; what was of its moment, or is wrong in itself, is not."""
    now, tried = 0.0, list[set[Attempt]]()

    def try_again(attempts: Collection[Attempt]) -> None:
        tried.append(set(attempts))

    timers = Timers(lambda: now)
    rejections = Rejections("mosquitto:1883", Reporter(60.0), timers, 60.0, try_again)
    rejections.add(COMMAND, DENIED, lasting=True)
    now = 30.0
    rejections.add(DAY, DENIED, lasting=True)
    rejections.add(DAY, DENIED, lasting=True)
    rejections.add(("h/prediction", "write"), DENIED, lasting=False)
    rejections.add(("h/#", "write"), INVALID, lasting=True)
    timers.run_due()
    assert not tried
    now = 60.0
    timers.run_due()
    assert tried == [{COMMAND, DAY}]
    assert timers.left_s() is None
    told = [record.getMessage() for record in caplog.records]
    assert [text.split(";")[0] for text in told] == [
        "the broker at mosquitto:1883 rejects the subscription to h/command: Not authorized",
        "the broker at mosquitto:1883 rejects a message on h/day: Not authorized",
        "the broker at mosquitto:1883 rejects a message on h/prediction: Not authorized",
        "the broker at mosquitto:1883 rejects a message on h/#: Topic Name invalid",
    ]


def test_a_new_connection_forgets_them() -> None:
    """It subscribes and publishes again in any case."""
    now, tried = 0.0, list[Collection[Attempt]]()
    timers = Timers(lambda: now)
    rejections = Rejections("mosquitto:1883", Reporter(60.0), timers, 60.0, tried.append)
    rejections.add(DAY, DENIED, lasting=True)
    rejections.clear()
    now = 60.0
    timers.run_due()
    assert [list(attempts) for attempts in tried] == [[]]
