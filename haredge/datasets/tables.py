"""Tables as people save them: commas, semicolons or tabs, with a BOM or without, from any system's spreadsheet."""

from __future__ import annotations

import codecs
import csv
import errno
import io
import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.core.errors import DataError
from haredge.core.regular_file import open_regular, read_regular

SEPARATORS: Final[tuple[str, ...]] = (";", "\t", ",")
"""In the order in which they are preferred, if a row could be divided by several."""

MOST_BYTES: Final = 256 << 20

_ENCODINGS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"", "utf-8"),
)
"""By a file's first bytes; a spreadsheet's "Unicode text" is UTF-16."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank."""

    line: int
    """Its number in the file, from 1."""
    cells: list[str]
    """Without blanks at their ends."""


def read_rows(path: Path, headings: Collection[str] = ()) -> list[Row]:
    """Read a table's rows, divided by whichever of :data:`SEPARATORS` fits the first of them.

    The one fits that finds ``headings``, else the one that gives the same number of cells in the first rows, and most.
    A first line ``sep=;``, as Excel has it, decides. Raises :class:`DataError` if the file cannot be read as text.
    """
    if _is_archive(path):
        raise DataError(f"{path}: a spreadsheet's own file; save it as CSV")
    content, separators, skipped = read_text(path), SEPARATORS, 0
    if first := _EXCEL.match(content):
        content, separators, skipped = content[first.end() :], (first[1],), 1
    try:
        separator = max(separators, key=lambda each: _fit(_rows(content[:_SAMPLE], each, skipped), headings))
        rows = _rows(content, separator, skipped)
    except csv.Error as error:
        raise DataError(f"{path}: not a table: {error}") from None
    return _without_empty_columns(rows) if _has(rows, headings) else rows


_EXCEL: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_SAMPLE: Final = 20_000
"""Characters by which the separator is chosen."""


def _fit(rows: list[Row], headings: Collection[str]) -> tuple[bool, bool, int]:
    """Rank a separator by the rows that it gives: finds the headings, divides evenly, gives many cells."""
    if not rows:
        return False, False, 0
    counts = {len(row.cells) for row in (rows[:-1] or rows)[:20]}  # the last may be cut off
    return _has(rows, headings), len(counts) == 1 and counts != {1}, min(counts)


def _has(rows: list[Row], headings: Collection[str]) -> bool:
    return bool(headings and rows) and set(headings) <= {cell.lower() for cell in rows[0].cells}


def _rows(content: str, separator: str, skipped: int) -> list[Row]:
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
    rows = (Row(reader.line_num + skipped, [cell.strip() for cell in cells]) for cells in reader)
    # A row of separators alone is blank, too, whichever of them divides the table.
    return [row for row in rows if any(cell.strip("".join(SEPARATORS)).strip() for cell in row.cells)]


def _without_empty_columns(rows: list[Row]) -> list[Row]:
    """Leave out the columns at the end that are empty, heading included: spreadsheets save what was once filled."""
    width = max(index for row in rows for index, cell in enumerate(row.cells, 1) if cell)
    # What the heading does not name, but a row fills, stays: it is a mistake to be reported.
    return [Row(row.line, row.cells[:width]) for row in rows]


def _is_archive(path: Path) -> bool:
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    except OSError:
        return False  # reading it says why


def beginning(path: Path, count: int = 400) -> str:
    """Return the text of a file's first bytes, in whichever of those encodings; what cannot be read is replaced.

    Raises :class:`OSError`.
    """
    with os.fdopen(open_regular(path), "rb") as file:
        content = file.read(count)
    return content.decode(_encoding(content), "replace")


def _encoding(content: bytes) -> str:
    return next(name for mark, name in _ENCODINGS if content.startswith(mark))


def read_text(path: Path) -> str:
    """Read a text file of UTF-8 or, with a byte order mark, UTF-16. Raises :class:`DataError` if it is none."""
    try:
        content = read_regular(path, MOST_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise DataError(f"{path}: larger than {MOST_BYTES >> 20} MiB; divide it") from None
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        return content.decode(_encoding(content))
    except UnicodeDecodeError:
        raise DataError(f"{path}: not a text file in UTF-8; save it in that encoding") from None


def decimal(cell: str) -> str:
    """Return a number's text with a point, if it has a decimal comma."""
    return cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell
