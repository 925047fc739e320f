"""Promises of haredge.core.regular_file: what is not a regular file of a bounded size is an error at once."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from haredge.core.regular_file import open_regular, read_regular


def test_a_regular_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    """Also through a link; one byte more than the bound is an error that names the bound."""
    (tmp_path / "file").write_bytes(b"x" * 4000)
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_regular(tmp_path / "link", 4000) == b"x" * 4000
    with pytest.raises(OSError, match="larger than 3"):
        read_regular(tmp_path / "file", 3999)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "link to a device"])
def test_what_would_wait_or_never_end_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    """A pipe without a writer blocks a process that opens it; /dev/zero has no end."""
    path = tmp_path / "name"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    elif kind == "device":
        path = Path("/dev/zero")
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(OSError, match="not a regular file"):
        read_regular(path, 4096)


def test_a_folder_and_an_absent_file_have_the_systems_own_words(tmp_path: Path) -> None:
    """They are distinguished from a pipe."""
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "absent")


def test_nothing_stays_open(tmp_path: Path) -> None:
    """Neither after a file that was read nor after one that was refused."""
    (tmp_path / "file").write_bytes(b"x")
    before = set(Path("/proc/self/fd").iterdir())
    read_regular(tmp_path / "file", 10)
    with pytest.raises(OSError, match="regular"):
        read_regular(Path("/dev/null"), 10)
    assert set(Path("/proc/self/fd").iterdir()) == before
