"""haredge's own labels, and what a model's may be: printable text, except words with a meaning of their own."""

from __future__ import annotations

from typing import Final

NO_PERSON: Final = "no_person"
"""The activity's label while no person is detected."""

UNKNOWN: Final = "unknown"
"""The activity's label while a person is detected and no label can be given with confidence."""

LONGEST: Final = 64

_RESERVED: Final = {
    NO_PERSON: "what haredge itself says",
    UNKNOWN: "what haredge itself says",
    "None": "no state at all to Home Assistant",
    "unavailable": "a state of Home Assistant's own",
}


def mistake_in(label: str) -> str | None:
    """Say what keeps a text from being a label; None where it may be one."""
    if not label.isprintable() or label != label.strip() or not 0 < len(label) <= LONGEST:
        return (
            f"the label {label!r}: allowed are 1 to {LONGEST} characters that can be printed, with no blank at either "
            "end"
        )
    if label in _RESERVED:
        return f"the label '{label}' is {_RESERVED[label]}; call it otherwise"
    return None
