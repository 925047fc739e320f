"""Taking a film from a stranger: counted and looked at while it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from haredge.web.kinds import LOOKED_AT, kind_of

MOST_NAME: Final = 80


class RefusedError(Exception):
    """An upload that is not taken; the message is for its sender."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


WORDS: Final = {
    "sound": "This is a sound file: there is nothing to see in it.",
    "picture": "This is a single picture: a film is needed, as activities are told by movement.",
    "other": "This is not a film, whatever its name says.",
}


async def receive(parts: AsyncIterator[bytes], path: Path, most_bytes: int) -> None:
    """Write an upload to ``path``. Raises :class:`RefusedError` for what is too large, empty, or no film.

    What is refused for its kind is still read to its end, as browsers show no answer before they have sent all.
    """
    start, size = b"", 0
    with path.open("wb") as file:
        async for part in parts:
            size += len(part)
            if size > most_bytes:
                raise RefusedError(too_large(most_bytes), 413)
            start += part[: max(0, LOOKED_AT - len(start))]
            if len(start) < LOOKED_AT or kind_of(start) == "film":
                file.write(part)
    if not size:
        raise RefusedError("This file is empty.", 422)
    if (kind := kind_of(start)) != "film":
        raise RefusedError(WORDS[kind], 415)


def too_large(most_bytes: int) -> str:
    """Return what the sender of too large a film is told."""
    return f"This film is too large: at most {most_bytes // 1_000_000} MB are taken."


def shown_name(name: str) -> str:
    """Return a file's name as it may be shown: its last part, without what cannot be printed, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(letter for letter in last if letter.isprintable()).strip(". ")
    return printable[-MOST_NAME:] or "film"
