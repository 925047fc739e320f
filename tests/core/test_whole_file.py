"""Promises of haredge.core.whole_file: the old content or the new, and nothing else, whatever happens."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from small_disk import fill

from haredge.core.whole_file import part_of, remove_file, replace_file


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    """A failure leaves the old content; folders are made, and what an interrupted run has left is overwritten."""
    file = tmp_path / "new" / "state"
    replace_file(file, "old")
    part_of(file).write_text("half")
    with pytest.raises(UnicodeEncodeError):
        replace_file(file, "\udcff")
    assert file.read_text() == "old"
    replace_file(file, b"new")
    assert file.read_text() == "new"
    assert list(file.parent.iterdir()) == [file]


def test_a_power_cut_undoes_neither_a_file_nor_its_removal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is on the disk, too, once it has returned: a camera that was switched off stays dark."""
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(Path(f"/proc/self/fd/{descriptor}").readlink()))
    replace_file(tmp_path / "off", b"")
    assert synced[-1] == tmp_path
    synced.clear()
    remove_file(tmp_path / "off")
    remove_file(tmp_path / "nothing")
    assert (synced, list(tmp_path.iterdir())) == ([tmp_path], [])


def test_a_full_disk_leaves_what_was_there(disk: Path) -> None:
    """The old content, or no file; in both cases nothing beside it."""
    (disk / "old").write_bytes(b"old")
    filler = fill(disk)
    for name in ("old", "new"):
        with pytest.raises(OSError, match="No space left"):
            replace_file(disk / name, bytes(100_000))
    assert sorted(disk.iterdir()) == [filler, disk / "old"]
    assert (disk / "old").read_bytes() == b"old"


def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path: Path) -> None:
    """Of any bytes: what it is called while it is written is no longer."""
    for name in ("n" * 255, os.fsdecode(b"\xff\xfe")):
        replace_file(tmp_path / name, "x")
        assert (tmp_path / name).read_text() == "x"


def test_a_link_stays_one(tmp_path: Path) -> None:
    """The file that it leads to is replaced."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "kept" / "file")
    replace_file(tmp_path / "link", "x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "kept" / "file").read_text() == "x"


def test_what_is_not_a_file_is_not_replaced(tmp_path: Path) -> None:
    """A link to a device such as /dev/null is how some keep a program from writing: root could replace it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "link").symlink_to(pipe)
    with pytest.raises(OSError, match="not a regular file"):
        replace_file(tmp_path / "link", "x")
    assert pipe.is_fifo()
