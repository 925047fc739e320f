"""Promises of reading tables: however a spreadsheet saved it, the cells are the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.errors import DataError
from haredge.datasets.tables import decimal, read_rows

ROWS = [["file", "start", "label"], ["a.mp4", "0.5", "squat"], ["b.mp4", "", "sitting down, slowly"]]


def text(rows: list[list[str]], separator: str, end: str = "\n") -> str:
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in rows]
    return "".join(separator.join(row) + end for row in quoted)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_way_of_saving_gives_the_same_cells(tmp_path: Path, separator: str, end: str, encoding: str) -> None:
    """Separator, ends of lines and encoding are found out."""
    file = tmp_path / "table.csv"
    file.write_bytes(text(ROWS, separator, end).encode(encoding))
    assert [row.cells for row in read_rows(file, ("file", "label"))] == ROWS
    assert [row.line for row in read_rows(file)] == [1, 2, 3]


def test_excels_first_line_decides(tmp_path: Path) -> None:
    """``sep=;`` is not a row, and lines are counted with it."""
    file = tmp_path / "table.csv"
    file.write_text("sep=;\nfile;label\n\na,b,c.mp4;squat\n")
    rows = read_rows(file)
    assert [(row.line, row.cells) for row in rows] == [(2, ["file", "label"]), (4, ["a,b,c.mp4", "squat"])]


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        ("clip.mp4;0,5;3,0;squat\n", ["clip.mp4", "0,5", "3,0", "squat"]),
        ("a.mp4,1,2,a;b\nb.mp4,1,2,c\n", ["a.mp4", "1", "2", "a;b"]),
        ("a.mp4,1,2,a;b\nb.mp4,1,2,a;b\n", ["a.mp4", "1", "2", "a;b"]),
        ("a b.mp4\t1,5\t2,5\tsit, down\n", ["a b.mp4", "1,5", "2,5", "sit, down"]),
        ("a.mp4\n", ["a.mp4"]),
    ],
)
def test_without_a_heading_the_rows_decide(tmp_path: Path, content: str, cells: list[str]) -> None:
    """The separator that divides all rows alike, into most cells; of two, the one that numbers do not use."""
    file = tmp_path / "table.csv"
    file.write_text(content)
    assert read_rows(file)[0].cells == cells


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_empty_columns_at_the_end_are_no_columns(tmp_path: Path, separator: str) -> None:
    """A spreadsheet saves columns that were filled once; one that a row still fills is kept."""
    file = tmp_path / "table.csv"
    file.write_text(text([[*row, "", ""] for row in ROWS], separator))
    assert [row.cells for row in read_rows(file, ("file", "label"))] == ROWS
    file.write_text(text([[*ROWS[0], ""], [*ROWS[1], "x"]], separator))
    assert read_rows(file, ("file", "label"))[1].cells == [*ROWS[1], "x"]


def test_a_row_of_separators_is_blank(tmp_path: Path) -> None:
    """A spreadsheet writes them for empty rows; nothing else may show which one divides the table."""
    file = tmp_path / "table.csv"
    for content in (" ; \n", ";;;\n", ",,\n \n", "\t\t\n"):
        file.write_text(content)
        assert read_rows(file) == []


@given(
    st.lists(st.lists(st.text("abcé 1.\"'", min_size=1, max_size=5), min_size=2, max_size=2), min_size=1, max_size=8)
)
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    """Quotes and all, except blanks at the ends of cells, and blank rows."""
    import csv

    file = tmp_path_factory.mktemp("table") / "table.csv"
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened, delimiter=";").writerows(rows)
    stripped = [[cell.strip() for cell in row] for row in rows]
    assert [row.cells for row in read_rows(file)] == [row for row in stripped if any(row)]


@pytest.mark.parametrize("content", [b"\xff\x00", "größe".encode("latin-1")])
def test_what_is_not_text_is_one_line(tmp_path: Path, content: bytes) -> None:
    """It says in which encoding to save it."""
    file = tmp_path / "table.csv"
    file.write_bytes(content)
    with pytest.raises(DataError, match="UTF-8; save it in that encoding"):
        read_rows(file)


def test_a_decimal_comma_becomes_a_point() -> None:
    """But commas of thousands do not."""
    assert [decimal(each) for each in ("0,5", "0.5", "-3,25", "1,000.5", "1,2,3")] == [
        "0.5",
        "0.5",
        "-3.25",
        "1,000.5",
        "1,2,3",
    ]
