"""One colour for each label, the same in an image, on a time line and on a page."""

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

UNNAMED: Final[Mapping[str, Colour]] = {UNKNOWN: (134, 144, 160), NO_PERSON: (70, 78, 92)}
"""What is no activity is grey."""


def colours(labels: Sequence[str]) -> dict[str, Colour]:
    """Return the colour of every label of a classifier, of "unknown" and of "no person"."""
    return {label: LABELS[index % len(LABELS)] for index, label in enumerate(labels)} | dict(UNNAMED)


def as_hex(colour: Colour) -> str:
    """Return a colour as pages write it: ``#4e9bff``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def as_words(label: str) -> str:
    """Return a label as people read it: ``no_person`` is "no person"."""
    return label.replace("_", " ")
