"""Files that are written whole or not at all: a full disk or a power cut leaves the old content or the new."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from haredge.core.regular_file import check_regular


def replace_file(file: Path, content: bytes | str) -> None:
    """Put bytes, or text as UTF-8, into a file, through the disk's cache; its folder is made, links are followed.

    Raises OSError; then nothing new is left, and an older file is as it was. A device or a pipe that a link leads to,
    as to /dev/null, is not a file's old content: it stays, too.
    """
    data = content.encode() if isinstance(content, str) else content
    target = target_of(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(target)
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
        _sync_names(target.parent)
    finally:
        with suppress(OSError):
            part.unlink()


def target_of(file: Path) -> Path:
    """Return the file that is replaced: links are followed. Raises OSError if they lead to a device or a pipe."""
    target = Path(os.path.realpath(file))
    if target.exists():
        check_regular(target, target.stat().st_mode)
    return target


def remove_file(file: Path) -> None:
    """Remove a file, if there is one, so that a power cut does not bring it back; raises OSError."""
    if file.exists():
        file.unlink(missing_ok=True)
        _sync_names(file.parent)


def _sync_names(folder: Path) -> None:
    """Have the disk take over which files a folder has: it knows their content, and for seconds not their names."""
    with suppress(OSError):  # not every system can
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def part_of(file: Path) -> Path:
    """Return where a file's content is while it is written: each file has one, which the next attempt overwrites.

    Its name is hidden, and short however long the file's own name is.
    """
    return file.with_name(f".haredge-{crc32(os.fsencode(file.name)):08x}.part")
