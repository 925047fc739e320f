"""Promises of what a label may be: any text that can be read, and no word that means something else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.labels import LONGEST, NO_PERSON, UNKNOWN, mistake_in


@pytest.mark.parametrize("label", ["waving", "größe 測量", "a|b $x$ `c`", "{{ 1 }}", "50%", "x" * LONGEST])
def test_any_readable_text_is_a_label(label: str) -> None:
    """In any script, and with characters that mean something elsewhere."""
    assert mistake_in(label) is None


@pytest.mark.parametrize("label", ["", " a", "a ", "a\nb", "\u202eab", "\ud800", "x" * (LONGEST + 1)])
def test_what_cannot_be_read_is_refused(label: str) -> None:
    """Blanks at the ends, control characters, marks that turn the writing round, half characters."""
    assert "allowed are 1 to 64 characters" in str(mistake_in(label))


@pytest.mark.parametrize("label", [NO_PERSON, UNKNOWN, "None", "unavailable"])
def test_words_that_mean_something_else_are_refused(label: str) -> None:
    """To haredge, or to Home Assistant, which would show no state."""
    assert "choose another name" in str(mistake_in(label))


@given(st.text())
def test_a_label_travels_whole(label: str) -> None:
    """Whatever is a label comes out of JSON in UTF-8 as it went in; a mistake is one line."""
    if mistake := mistake_in(label):
        assert len(mistake.splitlines()) == 1
    else:
        assert json.loads(json.dumps(label, ensure_ascii=False).encode()) == label
