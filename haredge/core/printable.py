"""Text from outside, made fit for a terminal and a log: nothing in it is obeyed, and it has an end."""

from __future__ import annotations

from typing import Final

MOST: Final = 500
"""Most characters of a message that are shown."""


def printable(text: str, most: int = MOST) -> str:
    """Return text with what cannot be printed (line breaks, escape codes, lone surrogates) escaped, and cut off."""
    shown = text if len(text) <= most else f"{text[:most]}..."
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in shown
    )
