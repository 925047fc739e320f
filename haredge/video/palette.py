"""One colour for each label and for each person, the same in an image, on a time line and on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from haredge.core.labels import NO_PERSON, UNKNOWN

Colour = tuple[int, int, int]
"""Red, green, blue, each 0 to 255."""

LABELS: Final[Sequence[Colour]] = (
    (78, 155, 255),
    (255, 159, 64),
    (46, 196, 130),
    (244, 96, 120),
    (168, 130, 255),
    (226, 186, 30),
    (38, 190, 204),
    (240, 110, 200),
    (146, 196, 60),
    (200, 146, 100),
    (112, 160, 190),
    (222, 86, 64),
    (53, 105, 173),
    (168, 105, 42),
    (30, 129, 86),
    (171, 67, 84),
    (114, 88, 173),
    (149, 123, 20),
    (25, 125, 135),
    (158, 73, 132),
    (96, 129, 40),
    (132, 96, 66),
    (74, 106, 125),
    (178, 69, 51),
)
"""Distinct on a dark and on a light ground. A model with more labels starts again; every colour has its word."""

PEOPLE: Final[Sequence[Colour]] = (
    (84, 142, 246),
    (197, 132, 1),
    (185, 4, 178),
    (23, 170, 105),
    (180, 64, 41),
    (188, 129, 187),
    (13, 116, 108),
    (144, 23, 252),
)
"""Each has a contrast of 3:1 on a dark and on a light ground, and any two are distinct for people who do not see red,
green or blue: found by a search for the largest least distance (CIELAB, as such eyes see it). The ninth person has the
first one's colour; every colour has its number."""

UNNAMED: Final[Mapping[str, Colour]] = {UNKNOWN: (134, 144, 160), NO_PERSON: (70, 78, 92)}
"""What is no activity is grey."""


def colours(labels: Sequence[str]) -> dict[str, Colour]:
    """Return the colour of every label of a classifier, of "unknown" and of "no person"."""
    return {label: LABELS[index % len(LABELS)] for index, label in enumerate(labels)} | dict(UNNAMED)


def person_colour(person_id: int) -> Colour:
    """Return the colour of a person, who are counted from 1: the same as long as they are in view."""
    return PEOPLE[(person_id - 1) % len(PEOPLE)]


def ink_on(colour: Colour) -> Colour:
    """Return black or white, whichever is read more easily on a colour."""
    red, green, blue = colour
    luma = 0.299 * red + 0.587 * green + 0.114 * blue  # BT.601; near enough for a choice between two
    return (14, 16, 22) if luma > 118 else (255, 255, 255)


def as_hex(colour: Colour) -> str:
    """Return a colour as pages write it: ``#4e9bff``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
