"""Colours of labels."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.video.palette import LABELS, PEOPLE, as_hex, colours, ink_on, person_colour
from haredge.video.words import as_words


def test_every_label_has_a_colour_of_its_own() -> None:
    """As many as there are colours; then they start again, and no model is refused."""
    labels = [f"label{n}" for n in range(len(LABELS) + 1)]
    palette = colours(labels)
    assert len(set(palette.values())) == len(LABELS) + 2
    assert set(palette) == {*labels, UNKNOWN, NO_PERSON}


@pytest.mark.parametrize("colour", LABELS)
def test_colours_can_be_seen_on_dark_and_on_light_ground(colour: tuple[int, int, int]) -> None:
    """WCAG 2.1 wants 3:1 for graphics on dark; on white a word stands beside every colour, and 1.7:1 is asked."""
    assert contrast(colour, (20, 23, 30)) >= 3
    assert contrast(colour, (255, 255, 255)) >= 1.7


@pytest.mark.parametrize("colour", PEOPLE)
def test_peoples_colours_can_be_seen_on_any_ground(colour: tuple[int, int, int]) -> None:
    """3:1 on dark and on white, and their numbers can be read on them."""
    assert contrast(colour, (20, 23, 30)) >= 3
    assert contrast(colour, (255, 255, 255)) >= 3
    assert contrast(colour, ink_on(colour)) >= 4


def contrast(a: tuple[int, int, int], b: tuple[int, int, int]) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def linear(rgb: tuple[int, int, int]) -> np.ndarray:
    return np.array([c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb])


def luminance(rgb: tuple[int, int, int]) -> float:
    return float(linear(rgb) @ (0.2126, 0.7152, 0.0722))


# Of linear red, green and blue, for eyes without one kind of cone: Machado, Oliveira and Fernandes, "A Physiologically-
# based Model for Simulation of Color Vision Deficiency", 2009.
EYES = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "all cones": np.eye(3),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


@pytest.mark.parametrize("eyes", EYES)
def test_people_are_told_apart_by_those_who_do_not_see_all_colours(eyes: str) -> None:
    """Any two of the eight are 15 or more apart in CIELAB, where 2.3 can just be noticed."""

    def lab(colour: tuple[int, int, int]) -> np.ndarray:
        x, y, z = np.cbrt(np.clip(np.array(EYES[eyes]) @ linear(colour), 0.01, 1) @ XYZ.T / XYZ.sum(axis=1))
        return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])

    assert min(np.linalg.norm(lab(a) - lab(b)) for a, b in itertools.combinations(PEOPLE, 2)) >= 15


def test_a_persons_colour_stays_theirs() -> None:
    """It depends on the number alone; the ninth person has the first one's."""
    assert [person_colour(number) for number in range(1, 10)] == [*PEOPLE, PEOPLE[0]]


def test_colours_and_labels_as_pages_show_them() -> None:
    """Hexadecimal digits; words without underscores."""
    assert as_hex((78, 155, 255)) == "#4e9bff"
    assert as_words(NO_PERSON) == "no person"
