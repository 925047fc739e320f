"""Receiving an upload: its size and its kind are checked while it arrives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from starlette.requests import ClientDisconnect

from haredge.core.kinds import HEAD_BYTES, Kind, kind_of

MOST_NAME: Final = 80


class RefusedError(Exception):
    """An upload that is not accepted; the message is for its sender."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


WORDS: Final = {
    "sound": "This is a sound file: it has no images.",
    "image": "This is a single image, and no still model is installed here: a video is needed.",
    "other": "This is not a video and not an image, whatever its name says.",
}


async def receive(parts: AsyncIterator[bytes], path: Path, most_bytes: int, accepted: Collection[Kind]) -> Kind:
    """Write an upload to ``path`` and return its kind.

    Raises :class:`RefusedError` if it is too large, empty, or of a kind that is not accepted. A file of the wrong kind
    is still read to its end, as browsers show no answer before they have sent all.
    """
    start, size = b"", 0
    with path.open("wb") as file:
        async for part in parts:
            size += len(part)
            if size > most_bytes:
                raise RefusedError(too_large(most_bytes), 413)
            start += part[: max(0, HEAD_BYTES - len(start))]
            if len(start) < HEAD_BYTES or kind_of(start) in accepted:
                file.write(part)
    if not size:
        raise RefusedError("This file is empty.", 422)
    if (kind := kind_of(start)) not in accepted:
        raise RefusedError(WORDS[kind], 415)
    return kind


async def read_to_end(parts: AsyncIterator[bytes], most_bytes: int) -> None:
    """Read what is still coming of an upload that is refused, up to as much as would have been accepted.

    Neither browsers nor proxies show an answer before they have sent all; they say that the server is away.
    """
    size = 0
    with suppress(ClientDisconnect):
        async for part in parts:
            size += len(part)
            if size > most_bytes:
                return


def too_large(most_bytes: int) -> str:
    """Return the message for the sender of a file that is too large."""
    return f"This file is too large: at most {most_bytes // 1_000_000} MB are accepted."


def shown_name(name: str) -> str:
    """Return a file's name as it may be shown: its last part, printable characters only, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(letter for letter in last if letter.isprintable()).strip(". ")
    return printable[-MOST_NAME:] or "file"
