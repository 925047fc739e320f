"""What a label may be: it is published, and it is a word of haredge's own neither."""

from __future__ import annotations

from typing import Final

from haredge.core import NO_PERSON, UNKNOWN

LONGEST: Final = 64

_RESERVED: Final = {NO_PERSON, UNKNOWN}


def mistake_in(label: str) -> str | None:
    """Say what keeps a text from being a label; None where it may be one."""
    if not label.isprintable() or label != label.strip() or not 0 < len(label) <= LONGEST:
        return (
            f"the label {label!r}: allowed are 1 to {LONGEST} characters that can be printed, with no blank at either "
            "end"
        )
    if label in _RESERVED:
        return f"the label '{label}' is what haredge itself says; call it otherwise"
    return None
