"""Promises of haredge.mqtt.reasons: a remedy for whatever a broker says."""

from __future__ import annotations

import pytest

from haredge.mqtt.reasons import BAD_LOGIN, access_remedy, remedy


@pytest.mark.parametrize("code", range(256))
def test_every_reason_has_a_remedy(code: int) -> None:
    """One line; only a refused login is about the password."""
    words = remedy(code)
    assert words
    assert "\n" not in words
    assert (BAD_LOGIN in words) == (code in {0x86, 0x87})


@pytest.mark.parametrize(("code", "words"), [(0x87, "allow haredge to read a/b"), (0x80, "allow"), (0x97, "quota")])
def test_a_rejected_topic_is_about_the_access_list_unless_the_broker_says_more(code: int, words: str) -> None:
    """MQTT 3.1.1 knows one reason only."""
    assert words in access_remedy(code, "a/b", "read")
