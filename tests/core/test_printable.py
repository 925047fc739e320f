"""Text from outside is fit for a terminal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.printable import MOST, printable, printable_json, undecoded


def test_what_a_terminal_would_obey_is_escaped() -> None:
    """Line breaks, escape codes, overrides and lone surrogates are shown, not obeyed; letters of any script stay."""
    assert printable("a\nb\x1b[31m\u202e\ud800\0") == "a\\nb\\x1b[31m\\u202e\\ud800\\x00"
    assert printable("Füße, 歩く") == "Füße, 歩く"


@given(st.text(st.characters()), st.integers(1, 50))
def test_it_is_one_line_with_an_end(text: str, most: int) -> None:
    """Whatever the text, what comes out can be printed, and is at most as long as its escapes make it."""
    shown = printable(text, most)
    assert shown.isprintable()
    assert len(shown) <= 10 * most + 3
    assert len(printable("x" * 10_000)) == MOST + 3


@given(st.recursive(st.text(st.characters()) | st.floats(allow_nan=False), st.lists), st.sampled_from([None, 2]))
def test_json_says_the_same_to_a_program(value: object, indent: int | None) -> None:
    """Every line can be printed, whatever names are in it, and a program reads what was written."""
    for ascii_only in (False, True):
        text = printable_json(value, indent=indent, ascii_only=ascii_only)
        assert json.loads(text) == json.loads(json.dumps(value))
        assert all(line.isprintable() for line in text.split("\n"))
        assert text.isascii() or not ascii_only


@pytest.mark.parametrize(
    ("name", "text"), [("caf\udce9", "caf\ufffd"), ("caf\u00e9", "caf\u00e9"), ("\U0001f3a5", "\U0001f3a5")]
)
def test_bytes_of_a_name_that_are_not_utf_8_are_replaced(name: str, text: str) -> None:
    """What goes into a file of text can be written there; every other name stays as it is."""
    assert undecoded(name) == text
    undecoded(name).encode()
