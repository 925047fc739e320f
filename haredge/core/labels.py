"""haredge's own labels, and what a model's may be: printable text, except words with a meaning of their own."""

from __future__ import annotations

import unicodedata
from typing import Final

NO_PERSON: Final = "no_person"
"""The activity's label while no person is detected."""

UNKNOWN: Final = "unknown"
"""The activity's label while a person is detected and no label can be given with confidence."""

FALLING: Final = "falling"
"""The label of a model that knows falls."""

LYING: Final = "lying"
"""The label of a model that knows who lies."""

GETTING_UP: Final = "getting_up"
"""The label of a model that knows who gets up from the floor."""

STANDING_UP: Final = "standing_up"
"""The label of a model that knows who stands up from a seat."""

LONGEST: Final = 64
"""Characters of a label at most."""

_RESERVED: Final = {
    NO_PERSON: "haredge itself",
    UNKNOWN: "haredge itself",
    "None": "Home Assistant",
    "unavailable": "Home Assistant",
}


def composed(text: str) -> str:
    """Return a label or a person's name in Unicode's composed form (NFC): two that appear the same are the same.

    macOS writes file names decomposed; keyboards, spreadsheets and other systems do not.
    """
    return unicodedata.normalize("NFC", text)


def mistake_in(label: str) -> str | None:
    """Return what keeps a text from being a label; None if it may be one."""
    if not label.isprintable() or label != label.strip() or not 0 < len(label) <= LONGEST:
        shown = label if len(label) <= 2 * LONGEST else f"{label[:LONGEST]}..."
        return (
            f"invalid label {shown!r}: allowed are 1 to {LONGEST} characters that can be printed, with no blank at "
            "either end"
        )
    if label in _RESERVED:
        return f"invalid label '{label}': {_RESERVED[label]} reserves it; choose another name"
    return None
