"""Golden windows are read without believing what their file says of itself."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haredge.activity.golden import read_golden
from haredge.core.errors import ModelError
from haredge.manifest import GOLDEN

EXERCISE = Path(__file__).parents[2] / "models/exercise"
WHOLE = (EXERCISE / GOLDEN).read_bytes()


def refused(folder: Path, words: str = "") -> None:
    with pytest.raises(ModelError, match=rf"golden\.npz: .*{words}") as caught:
        read_golden(folder)
    assert "\n" not in str(caught.value)


def array(shape: str, dtype: str = "<f4", content: bytes = b"") -> bytes:
    """Write an .npy file of a header and whatever content."""
    header = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content


def archive(folder: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(folder / GOLDEN, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content)
    return folder


def test_the_shipped_windows_are_read() -> None:
    """As numpy reads them."""
    windows, answers = read_golden(EXERCISE)
    with np.load(EXERCISE / GOLDEN) as arrays:
        assert np.array_equal(windows, arrays["keypoints"])
        assert np.array_equal(answers, arrays["probabilities"])


@pytest.mark.parametrize(
    "keypoints",
    [
        array("(1000000000000, 9, 17, 3)"),
        array("(-1, 9, 17, 3)", content=bytes(4)),
        array("(" + "9," * 5000 + ")"),
        array("(1, 9, 17, 3)", "|O", bytes(459 * 8)),
        array("(1, 9, 17, 3)", "<U100000000"),
        array("(1, 9, 17, 3)", "no such type"),
        array("__import__('os')"),
        b"\x93NUMPY\x03\x00",
        b"",
        b"PK",
    ],
)
def test_arrays_that_claim_anything_are_refused(tmp_path: Path, keypoints: bytes) -> None:
    """Sizes that nothing is behind, objects to unpickle, types and shapes that are none."""
    refused(archive(tmp_path, keypoints=keypoints, probabilities=array("(1, 2)", content=bytes(8))))


def test_a_small_file_of_large_arrays_is_refused(tmp_path: Path) -> None:
    """An array that is packed to nothing takes no memory."""
    content = array("(40000, 9, 17, 3)", content=bytes(40000 * 459 * 4))
    refused(archive(tmp_path, keypoints=content, probabilities=array("(1, 2)", content=bytes(8))), "larger than 16 MiB")


@pytest.mark.parametrize("name", ["pipe", "zero"])
def test_only_a_regular_file_is_read(tmp_path: Path, name: str) -> None:
    """A pipe would wait without end, and a device fill the memory."""
    if name == "pipe":
        os.mkfifo(tmp_path / GOLDEN)
    else:
        (tmp_path / GOLDEN).symlink_to("/dev/zero")
    refused(tmp_path, "not a regular file")


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_file_is_one_line(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever bytes are changed or missing: the windows, or one line."""
    content = bytearray(WHOLE[: data.draw(st.integers(0, len(WHOLE)))])
    for _ in range(data.draw(st.integers(0, 5))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("golden")
    (folder / GOLDEN).write_bytes(content)
    outcome = None
    try:
        assert read_golden(folder)[0].dtype == np.float32
    except ModelError as error:
        outcome = error
    assert "\n" not in str(outcome)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_a_damaged_header_is_one_line(tmp_path_factory: pytest.TempPathFactory, header: bytes) -> None:
    """Numpy evaluates headers: whatever is in one, one line comes out."""
    folder, file = tmp_path_factory.mktemp("golden"), io.BytesIO()
    file.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    refused(archive(folder, keypoints=file.getvalue(), probabilities=file.getvalue()))
