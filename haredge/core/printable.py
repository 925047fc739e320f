"""Text from outside, made fit for a terminal and a log: nothing in it is obeyed, and it has an end."""

from __future__ import annotations

import json
from typing import Any, Final

MOST: Final = 500
"""Most characters of a message that are shown."""


def printable(text: str, most: int = MOST) -> str:
    """Return text with what cannot be printed (line breaks, escape codes, lone surrogates) escaped, and cut off."""
    shown = text if len(text) <= most else f"{text[:most]}..."
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in shown
    )


def one_line(error: BaseException) -> str:
    """Return a library's error in one line; its kind if it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__


def undecoded(text: str) -> str:
    """Return text of a file's name, or of the command line, without the bytes in it that are not UTF-8.

    Python keeps them as lone surrogates, which no file of text, and no recording, can hold.
    """
    return text.encode(errors="surrogateescape").decode(errors="replace")


def printable_json(value: Any, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """Return JSON of a value in which all that cannot be printed is escaped: a program reads the same value from it."""
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    return "".join(letter if letter.isprintable() or letter == "\n" else json.dumps(letter)[1:-1] for letter in text)
