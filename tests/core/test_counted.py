"""Promises of counts in words: singular of one, plural of all else."""

from __future__ import annotations

import pytest

from haredge.core.counted import counted


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 clips"), (1, "1 clip"), (2, "2 clips")], ids=["none", "one", "two"]
)
def test_a_noun_has_the_number_of_its_count(count: int, words: str) -> None:
    """Only one is singular."""
    assert counted(count, "clip") == words


def test_an_irregular_plural_is_given() -> None:
    """Where an s is not enough."""
    assert counted(1, "person", "people") == "1 person"
    assert counted(2, "person", "people") == "2 people"
