"""Small files of the state folder, replaced in one step: a power cut leaves the old content or the new."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

from pydantic import TypeAdapter

from haredge.core.regular_file import read_regular

log = logging.getLogger(__name__)

Record = TypeVar("Record")

LATEST_S: Final = 1e11
"""Latest time that can be written as a date, in seconds since 1970, to be safe."""


def replace_file(file: Path, content: str) -> None:
    """Put text into a file, through the disk's cache; its folder is made. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    with part.open("w", encoding="utf-8") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)


def read_record(
    file: Path,
    kind: type[Record],
    most_bytes: int,
    seconds: Callable[[Record], Iterable[float | None]],
    lost: str,
) -> Record | None:
    """Read a record of a dataclass from a JSON file; None if there is none, or if it is damaged.

    That is logged, with ``lost``: what is then lost. ``seconds`` gives the record's times in seconds since 1970, and
    its durations: all must be finite, not negative, and such that they can be written as dates.
    """
    try:
        return _sane(TypeAdapter(kind).validate_json(read_regular(file, most_bytes)), seconds)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        log.error("cannot read %s: %s; %s", file, str(error).partition("\n")[0], lost)  # noqa: TRY400
        return None


def _sane(record: Record, seconds: Callable[[Record], Iterable[float | None]]) -> Record:
    """Return a record; raises ValueError if one of its numbers of seconds cannot be one."""
    if not all(each is None or 0 <= each < LATEST_S for each in seconds(record)):
        raise ValueError("invalid times")
    return record
