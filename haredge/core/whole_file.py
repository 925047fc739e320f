"""Files that are written whole or not at all: a full disk or a power cut leaves the old content or the new."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from zlib import crc32


def replace_file(file: Path, content: bytes | str) -> None:
    """Put bytes, or text as UTF-8, into a file, through the disk's cache; its folder is made, links are followed.

    Raises OSError; then nothing new is left, and an older file is as it was.
    """
    data = content.encode() if isinstance(content, str) else content
    target = Path(os.path.realpath(file))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(target)
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink()
    sync_names(target.parent)


def sync_names(folder: Path) -> None:
    """Bring the names in a folder to the disk: which files there are, and which of them was put in another's place.

    Until then a power cut may take back what was done last. Where a file system cannot, nothing happens.
    """
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def part_of(file: Path) -> Path:
    """Return where a file's content is while it is written: each file has one, which the next attempt overwrites.

    Its name is hidden, and short however long the file's own name is.
    """
    return file.with_name(f".haredge-{crc32(os.fsencode(file.name)):08x}.part")
