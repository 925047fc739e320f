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


TEXTS = st.text(alphabet="aA_ bB", min_size=1, max_size=4)
NAMED = st.sampled_from(sorted({one for names in NAMES.values() for pair in names.items() for one in pair}))
CONFUSING = st.sampled_from(["Unknown", "unavailable", "Unavailable", "Nicht erkannt (2)", "No person", "no_person "])


@given(st.lists(TEXTS | NAMED | CONFUSING, unique=True, max_size=8), st.sampled_from(["en", "de"]))
def test_no_two_labels_have_one_name(labels: list[str], language: Language) -> None:
    """However little they differ, and though one is called as another is shown: a reader could not keep them apart."""
    names = label_names(labels, language)
    assert list(names) == labels
    assert len(set(names.values())) == len(labels)
    assert all(names.values())


@given(st.lists(TEXTS | NAMED | CONFUSING, unique=True, max_size=8), st.sampled_from(["en", "de"]))
def test_what_haredge_says_itself_is_always_called_the_same(labels: list[str], language: Language) -> None:
    """Whatever a model's labels are; none is called as Home Assistant calls a state that it does not have."""
    own = {label: label_names([label], language)[label] for label in (NO_PERSON, UNKNOWN)}
    names = label_names([*(label for label in labels if label not in own), *own], language)
    assert {label: names[label] for label in own} == own
    assert not {"unknown", "unavailable"} & set(names.values())


def test_a_label_that_is_called_as_something_else_is_shown_gets_a_number() -> None:
    """A model of your own may call anything "Nicht erkannt"."""
    assert label_names(["Nicht erkannt", UNKNOWN], "de") == {
        "Nicht erkannt": "Nicht erkannt (2)",
        UNKNOWN: "Nicht erkannt",
    }
