"""Promises of haredge.mqtt.reporter: news once, and a reminder."""

from __future__ import annotations

import logging

import pytest

from haredge.mqtt.connection import Lost, Refused, Unreachable
from haredge.mqtt.reporter import Reporter, describe


def test_the_same_state_is_said_again_only_after_a_while(caplog: pytest.LogCaptureFixture) -> None:
    """A night without a broker is a few lines; a week later the last lines still say it."""
    now = [0.0]
    reporter = Reporter(600.0, lambda: now[0])
    for minute in range(40):
        now[0] = 60.0 * minute
        reporter.state(logging.WARNING, "away")
    assert caplog.messages == ["away"] * 4


def test_a_change_is_said_at_once(caplog: pytest.LogCaptureFixture) -> None:
    """Away, back, and away are three lines."""
    reporter = Reporter(600.0, lambda: 0.0)
    for text in ("away", "back", "away"):
        reporter.state(logging.WARNING, text)
    assert caplog.messages == ["away", "back", "away"]


def test_what_is_said_once_is_said_once_of_each(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the words are, as they may carry numbers of the broker's choice."""
    reporter = Reporter(600.0)
    for number in range(100):
        reporter.once(("too large", f"topic{number % 2}"), logging.ERROR, f"{number} bytes")
    assert caplog.messages == ["0 bytes", "1 bytes"]


@pytest.mark.parametrize(
    ("why", "line"),
    [
        (Unreachable("Connection refused"), "no broker at b: Connection refused; trying again"),
        (Lost("the connection was closed"), "lost the broker at b: the connection was closed; trying again"),
        (Lost("Banned", "lift it"), "lost the broker at b: Banned; lift it; trying again"),
        (Refused("Banned", "lift it"), "the broker at b refuses the connection: Banned; lift it; trying again"),
    ],
)
def test_a_line_says_what_where_and_what_to_do(why: Refused | Unreachable | Lost, line: str) -> None:
    """In that order."""
    assert describe(why, "b") == line
