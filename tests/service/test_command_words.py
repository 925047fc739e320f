"""Promises of command topics: a word is read however it is written, and rubbish never fills the log."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.service.command_words import LONGEST, CommandWords


@pytest.mark.parametrize("payload", [b"ON", b"on", b" On\n"])
def test_a_word_is_read_in_any_case_and_with_blanks(payload: bytes) -> None:
    """People type commands, too."""
    assert CommandWords("detect/set", ("ON", "OFF")).read(payload) == "ON"


@given(st.binary(max_size=2 * LONGEST))
def test_what_is_not_a_word_is_none(payload: bytes) -> None:
    """Whatever bytes come."""
    expected = {b"ON": "ON", b"OFF": "OFF"}.get(payload.strip().upper()) if len(payload) <= LONGEST else None
    assert CommandWords("detect/set", ("ON", "OFF")).read(payload) == expected


def test_a_flood_is_a_line_a_minute_that_counts(caplog: pytest.LogCaptureFixture) -> None:
    """It names the topic and the words, and shows a part of what came."""
    now_s = 0.0
    words = CommandWords("fall/acknowledge", ("ACKNOWLEDGE",), monotonic=lambda: now_s)
    for number in range(121):
        now_s = float(number)
        words.read(b"x" * 1000)
    assert caplog.messages == [
        f"fall/acknowledge takes ACKNOWLEDGE, not {b'x' * LONGEST!r}{count}"
        for count in ("", *2 * (" (59 more such lines were left out before)",))
    ]
