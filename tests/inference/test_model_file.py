"""Reading model files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from haredge.core.errors import ModelError
from haredge.inference.model_file import MOST_BYTES, read_model

CONTENT = b"\x1c\0\0\0TFL3" + bytes(100)


def test_a_model_file_is_read_whole(tmp_path: Path) -> None:
    """From a path or as bytes, with the right checksum or without one."""
    path = tmp_path / "pose.tflite"
    path.write_bytes(CONTENT)
    assert read_model(path) == read_model(CONTENT) == CONTENT
    assert read_model(path, hashlib.sha256(CONTENT).hexdigest()) == CONTENT


@pytest.mark.parametrize("kind", ["pipe", "device", "link to itself"])
def test_only_a_regular_file_is_read(tmp_path: Path, kind: str) -> None:
    """A pipe would wait indefinitely, and a device fill the memory."""
    path = tmp_path / "pose.tflite"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else "pose.tflite")
    with pytest.raises(ModelError, match=r"pose\.tflite: cannot read the model file: "):
        read_model(path)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    """It is not read beyond what a model may have."""
    path = tmp_path / "pose.tflite"
    path.write_bytes(CONTENT)
    os.truncate(path, MOST_BYTES + 9)
    with pytest.raises(ModelError, match="too large: a model file has at most 128 MiB"):
        read_model(path)


@pytest.mark.parametrize("name", ["a\0b.tflite", "a\ud800b.tflite"])
def test_a_name_that_no_file_can_have_is_one_line(name: str) -> None:
    """A NUL or a lone surrogate in a path."""
    with pytest.raises(ModelError, match="cannot read the model file"):
        read_model(Path(name))


def test_a_wrong_checksum_is_refused() -> None:
    """A file that is not the one its manifest describes is never given to an engine."""
    with pytest.raises(ModelError, match="not the file its manifest describes"):
        read_model(CONTENT, "0" * 64)


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir()], ids=["missing", "folder"])
def test_no_file_is_one_line(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    """A path without a model file is named in one line."""
    path = tmp_path / "pose.tflite"
    make(path)
    with pytest.raises(ModelError, match=r"pose\.tflite: (no such|not a) model file$"):
        read_model(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello\n", b"names: [one, two]\n" * 50, bytes(range(256)) * 20],
    ids=["empty", "short", "text", "random"],
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    """An empty file, text and random bytes are refused in one line."""
    path = tmp_path / "pose.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="not a TFLite model file") as caught:
        read_model(path)
    assert "\n" not in str(caught.value)
