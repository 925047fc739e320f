"""Promises of haredge.core.label_names: what people read of a label, in two languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.label_names import NAMES, Language, label_names
from haredge.core.labels import NO_PERSON, UNKNOWN

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("model", ["everyday", "exercise"])
def test_every_label_of_the_models_that_come_with_haredge_has_a_german_name(model: str) -> None:
    """A label that is added to a model is added to the table."""
    labels = json.loads((REPOSITORY / "models" / model / "manifest.json").read_text())["labels"]
    assert {*labels, NO_PERSON, UNKNOWN} <= NAMES["de"].keys()


def test_a_label_is_readable_without_an_entry() -> None:
    """Blanks and a capital; a label of your own keeps its words in every language."""
    assert label_names(["sitting_down", "dog_walk"], "en") == {"sitting_down": "Sitting down", "dog_walk": "Dog walk"}
    assert label_names(["sitting_down", "dog_walk"], "de") == {"sitting_down": "Setzt sich", "dog_walk": "Dog walk"}


@given(
    st.lists(st.text(alphabet="aA_ bB", min_size=1, max_size=4), unique=True, max_size=8), st.sampled_from(["en", "de"])
)
def test_no_two_labels_have_one_name(labels: list[str], language: Language) -> None:
    """However little they differ: a reader could not keep them apart."""
    names = label_names(labels, language)
    assert list(names) == labels
    assert len(set(names.values())) == len(labels)
    assert all(names.values())
