"""Colours of labels."""

from __future__ import annotations

import pytest

from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.video.palette import LABELS, as_hex, as_words, colours


def test_every_label_has_a_colour_of_its_own() -> None:
    """As many as there are colours; then they start again, and no model is refused."""
    labels = [f"label{n}" for n in range(len(LABELS) + 1)]
    palette = colours(labels)
    assert len(set(palette.values())) == len(LABELS) + 2
    assert set(palette) == {*labels, UNKNOWN, NO_PERSON}


@pytest.mark.parametrize("colour", LABELS)
def test_colours_can_be_seen_on_dark_and_on_light_ground(colour: tuple[int, int, int]) -> None:
    """WCAG 2.1 wants 3:1 for graphics on dark; on white a word stands beside every colour, and 1.7:1 is asked."""

    def luminance(rgb: tuple[int, int, int]) -> float:
        linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert (luminance(colour) + 0.05) / (luminance((20, 23, 30)) + 0.05) >= 3
    assert 1.05 / (luminance(colour) + 0.05) >= 1.7


def test_colours_and_labels_as_pages_show_them() -> None:
    """Hexadecimal digits; words without underscores."""
    assert as_hex((78, 155, 255)) == "#4e9bff"
    assert as_words(NO_PERSON) == "no person"
