"""Promises of haredge.mqtt.backoff."""

from __future__ import annotations

import pytest

from haredge.mqtt.backoff import Retry, Timeouts
from haredge.mqtt.connection import Lost, Refused, Unreachable

AWAY = Unreachable("Connection refused")


def test_pauses_double_up_to_a_limit() -> None:
    """About 1, 2, 4 ... 60 s: quick after a hiccup, modest through a night without a broker."""
    retry = Retry(Timeouts())
    pauses = [retry.next_delay_s(AWAY) for _ in range(10)]
    for pause, most in zip(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60], strict=True):
        assert most / 2 <= pause <= most


def test_chance_keeps_a_house_from_calling_at_once() -> None:
    """Two nodes that lose their broker together do not come back in the same moment, again and again."""
    assert len({Retry(Timeouts()).next_delay_s(AWAY) for _ in range(20)}) > 10


def test_a_connection_that_lasted_starts_again_from_the_shortest_pause() -> None:
    """One that did not last does not: if a broker accepts and disconnects, the client does not connect every second."""
    retry = Retry(Timeouts())
    for _ in range(6):
        retry.next_delay_s(Lost("?"))
    assert retry.next_delay_s(Lost("?")) >= 30
    retry.reset()
    assert retry.next_delay_s(Lost("?")) <= 1


@pytest.mark.parametrize(
    ("why", "least"), [(Refused("Not authorized", ""), 5.0), (Refused("taken over", "", taken_over=True), 600.0)]
)
def test_who_was_sent_away_waits_longer(why: Refused, least: float) -> None:
    """Brokers ban clients that connect too often; a client with the same id is left in peace."""
    assert Retry(Timeouts()).next_delay_s(why) >= least
