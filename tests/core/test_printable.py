"""Text from outside is fit for a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from haredge.core.printable import MOST, printable


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
