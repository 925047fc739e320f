"""Promises of haredge.config.secret_file: the first line of a small file, and nothing is waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from haredge.config.secret_file import MAX_BYTES, at_hand, read_secret


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        (b"geheim\n", "geheim"),
        (b"ge heim\r\nsecond\n", "ge heim"),
        (b"", ""),
        (b"\xef\xbb\xbfgeheim", "geheim"),
        (b"p\xc3\xa4ss", "päss"),
    ],
)
def test_the_first_line_is_the_secret(tmp_path: Path, content: bytes, secret: str) -> None:
    """Whatever an editor puts around it."""
    (tmp_path / "secret").write_bytes(content)
    assert read_secret(tmp_path / "secret") == secret


def test_the_original_takes_the_place_of_a_copy_that_is_gone(tmp_path: Path) -> None:
    """Root may read it while no service runs; what is no service's copy is where it is said to be."""
    copies, originals = tmp_path / "credentials", tmp_path / "etc"
    copy = copies / "haredge.service" / "mqtt-password"
    assert at_hand(copy, copies, originals) == originals / "mqtt-password"
    copy.parent.mkdir(parents=True)
    copy.touch()
    assert at_hand(copy, copies, originals) == copy
    for elsewhere in (tmp_path / "none", copies / "none", copy.parent / "deeper" / "none"):
        assert at_hand(elsewhere, copies, originals) == elsewhere


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """It would hold the start, and SIGTERM, without end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        read_secret(tmp_path / "pipe")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x" * (MAX_BYTES + 1), "larger than 4 kB"),
        (b"\xff", "not a UTF-8 text file"),
        (b"a\0b\n", "cannot be printed"),
    ],
)
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    """An image or a log is not a password."""
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(OSError, match=words):
        read_secret(tmp_path / "secret")


def test_a_device_gives_no_secret() -> None:
    """Its bytes have no end."""
    with pytest.raises(OSError, match="not a regular file"):
        read_secret(Path("/dev/zero"))
