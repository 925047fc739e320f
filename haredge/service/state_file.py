"""Small records of the state folder, as they are read; :mod:`haredge.core.whole_file` writes them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from haredge.core.regular_file import read_regular

log = logging.getLogger(__name__)

Record = TypeVar("Record")

LATEST_S: Final = 1e11
"""Latest time that can be written as a date, in seconds since 1970, to be safe."""


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
        log.error("cannot read %s: %s; %s", file, _why(error), lost)  # noqa: TRY400
        return None


def _why(error: OSError | ValueError) -> str:
    """Return in a line why a file cannot be read; of a damaged one the first thing that is wrong."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return ": ".join(filter(None, (".".join(str(key) for key in first["loc"]), first["msg"])))
    return getattr(error, "strerror", None) or str(error)


def _sane(record: Record, seconds: Callable[[Record], Iterable[float | None]]) -> Record:
    """Return a record; raises ValueError if one of its numbers of seconds cannot be one."""
    if not all(each is None or 0 <= each < LATEST_S for each in seconds(record)):
        raise ValueError("invalid times")
    return record
