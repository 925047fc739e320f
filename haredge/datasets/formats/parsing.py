"""Numbers out of text files and JSON, and errors that name the place where they are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import DataError

Floats = NDArray[np.float64]

FARTHEST: Final = 1e6
"""No picture has a place as far from its corner, in pixels; nor has anything else that is read here."""


def read_text(path: Path) -> str:
    """Read a text file. Raises :class:`DataError` where it cannot be read or is no text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DataError(f"{path}: not a text file") from None


def read_json(path: Path) -> Any:
    """Read a JSON file. Raises :class:`DataError` where it is none, cut off or nested beyond reason."""
    text = read_text(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path}:{error.lineno}: damaged or cut off JSON: {error.msg}; write it anew or take it out"
        ) from None
    except (ValueError, RecursionError):
        raise DataError(f"{path}: not JSON of poses; take it out") from None


def is_sane(array: Floats) -> bool:
    """Say whether all numbers are finite and such as occur in pictures."""
    return bool((np.abs(array) <= FARTHEST).all())


def numbers(values: Any, where: str) -> Floats:
    """Make an array of whatever holds numbers. Raises :class:`DataError` for text, NaN and absurd numbers."""
    try:
        array = np.asarray(values, np.float64)
    except (ValueError, TypeError, OverflowError):
        raise DataError(f"{where}: numbers are needed here, and the same count for each") from None
    if not is_sane(array):
        raise DataError(f"{where}: NaN, infinite or absurdly large; mark a joint that is missing with 0, 0")
    return array


def read_lines(path: Path) -> list[tuple[str, str]]:
    """Read the lines of a file that are not blank, each with its place (``file:line``)."""
    lines = enumerate(read_text(path).splitlines(), 1)
    return [(f"{path}:{number}", line) for number, line in lines if line.strip()]


def split_numbers(line: str, where: str, separator: str | None) -> Floats:
    """Read the numbers of one line, apart by ``separator`` or, with None, by blanks."""
    return numbers(line.split(separator), where)


def read_table(path: Path, columns: int, separator: str = ",") -> Floats:
    """Read a file of as many numbers in each line: (lines, columns).

    Raises :class:`DataError` with the first line that has another count, no number, NaN or an absurd number.
    """
    lines = read_lines(path)
    if not lines:
        raise DataError(f"{path}: an empty file; {columns} numbers in each line are needed")
    try:
        table = np.loadtxt([line for _, line in lines], np.float64, comments=None, delimiter=separator, ndmin=2)
    except ValueError:
        table = np.empty((0, 0))
    if table.shape[1] == columns and is_sane(table):
        return table
    # Too slow for the large sets, and left for finding the line that is wrong.
    return np.array([_row(line, where, columns, separator) for where, line in lines])


def _row(line: str, where: str, columns: int, separator: str) -> Floats:
    row = split_numbers(line, where, separator)
    if len(row) != columns:
        raise DataError(f"{where}: {len(row)} numbers where {columns} are needed")
    return row
