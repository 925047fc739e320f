"""Tests of reading numbers: what is wrong is named with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.errors import DataError
from haredge.datasets.formats.parsing import read_json, read_table
from haredge.datasets.tables import read_text


@pytest.mark.parametrize(
    ("line", "words"),
    [("1,2", "2 numbers where 3"), ("1,2,x", "numbers are needed"), ("1,nan,3", "NaN"), ("1,2,1e99", "absurdly large")],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, words: str) -> None:
    """File, line and what is wrong there; blank lines count."""
    file = tmp_path / "table.txt"
    file.write_text(f"1,2,3\n\n4,5,6\n{line}\n7,8,9\n")
    with pytest.raises(DataError, match=rf"table\.txt:4: .*{words}"):
        read_table(file, 3)


def test_a_table_of_another_width_or_of_nothing_is_named(tmp_path: Path) -> None:
    """A file that is wrong throughout is named by its first line."""
    file = tmp_path / "table.txt"
    file.write_text("1,2\n3,4\n")
    with pytest.raises(DataError, match=r"table\.txt:1: 2 numbers where 3"):
        read_table(file, 3)
    file.write_text("\n\n")
    with pytest.raises(DataError, match="empty"):
        read_table(file, 3)


@given(st.lists(st.tuples(st.floats(-9999, 9999), st.floats(-9999, 9999)), min_size=1, max_size=20))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, float]]) -> None:
    """Numbers survive the way through a file, whether with blanks about them or not."""
    file = tmp_path_factory.mktemp("table") / "table.txt"
    file.write_text("".join(f"{x!r}, {y!r}\n" for x, y in rows))
    np.testing.assert_array_equal(read_table(file, 2), rows)


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": [1, 2', b"[" * 100_000, b"1" * 5000, b"\xff\xfe\x00"])
def test_what_is_no_json_is_an_error_of_one_line(tmp_path: Path, content: bytes) -> None:
    """Cut off, nested beyond reason, no text at all: the file is named, in one line."""
    file = tmp_path / "frame.json"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"frame\.json") as error:
        read_json(file)
    assert len(str(error.value).splitlines()) == 1


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """It may vanish between being listed and being read."""
    with pytest.raises(DataError, match="cannot be read"):
        read_text(tmp_path / "gone.txt")
