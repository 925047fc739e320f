"""Numbers out of text files and JSON, and errors that name the place where they are wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.datasets.tables import decimal, read_rows, read_text

Floats = NDArray[np.float64]

FARTHEST: Final = 1e6
"""No image has a place as far from its corner, in pixels; nor has anything else that is read here."""


def read_json(path: Path) -> Any:
    """Read a JSON file. Raises :class:`DataError` if it is none, cut off or nested beyond reason."""
    text = read_text(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path}:{error.lineno}: damaged or cut off JSON: {error.msg}; write it again or remove it"
        ) from None
    except (ValueError, RecursionError):
        raise DataError(f"{path}: not JSON of poses; remove it") from None


def is_sane(array: Floats) -> bool:
    """Say whether all numbers are finite and such as occur in images."""
    return bool((np.abs(array) <= FARTHEST).all())


def numbers(values: Any, where: str) -> Floats:
    """Make an array of what holds numbers. Raises :class:`DataError` for text, NaN and absurd numbers."""
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


def split_numbers(line: str, where: str) -> Floats:
    """Read the numbers of one line, divided by blanks."""
    return numbers(line.split(), where)


def read_table(path: Path, columns: int) -> Floats:
    """Read a table of as many numbers in each line: (lines, columns).

    Raises :class:`DataError` with the first line that has another count, no number, NaN or an absurd number.
    """
    rows = read_rows(path)
    if not rows:
        raise DataError(f"{path}: an empty file; {columns} numbers in each line are needed")
    try:
        table = np.array([[float(cell) for cell in row.cells] for row in rows], np.float64)
    except ValueError:
        table = np.empty((0, 0))
    if table.shape == (len(rows), columns) and is_sane(table):
        return table
    # Too slow for the large sets, and left for finding the line that is wrong.
    return np.array([_row(row.cells, f"{path}:{row.line}", columns) for row in rows])


def _row(cells: Sequence[str], where: str, columns: int) -> Floats:
    row = numbers([decimal(cell) for cell in cells], where)
    if len(row) != columns:
        raise DataError(f"{where}: {counted(len(row), 'number')} where {columns} are needed")
    return row
