"""Promises of walking folders: what people put there is found in order, and what systems leave beside it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.folders import dead_links, is_clutter, passed_over, walk_files

CLUTTER = (
    "._clip.mp4",
    ".DS_Store",
    ".thumbnails/clip.mp4",
    ".Trash-1000/files/clip.mp4",
    "@eaDir/clip.mp4/SYNOPHOTO_THUMB_M.jpg",
    "@Recycle/clip.mp4",
    "#recycle/clip.mp4",
    "$RECYCLE.BIN/clip.mp4",
    "System Volume Information/clip.mp4",
    "lost+found/clip.mp4",
    "__MACOSX/._clip.mp4",
    "Thumbs.db",
    "desktop.ini",
    "Icon\r",
    "clip.mp4.part",
    "clip.mp4.crdownload",
    "clip.mp4~",
    "~$table.csv",
)


def written(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def test_clutter_is_passed_over_at_every_depth(tmp_path: Path) -> None:
    """With all that lies in a folder of that kind."""
    meant = ["a/clip.mp4", "a/deep/er/clip.mp4", "b.mp4"]
    written(tmp_path, *meant, *CLUTTER, *(f"a/{name}" for name in CLUTTER))
    assert [file.relative_to(tmp_path).as_posix() for file in walk_files(tmp_path)] == meant


@pytest.mark.parametrize(
    "name", ["part.mp4", "tmp", "#1 squat", "@home", "$5", "Thumbs.db.mp4", "partial", "a.tmpl", "café"]
)
def test_what_only_resembles_clutter_is_meant(name: str) -> None:
    """A label or a video may be named in any way."""
    assert not is_clutter(name)


@given(st.sampled_from(CLUTTER[4:]))
def test_small_and_capital_letters_are_alike(name: str) -> None:
    """Some file systems change them."""
    first = name.split("/", maxsplit=1)[0]
    assert is_clutter(first.lower())
    assert is_clutter(first.upper())


def test_links_are_followed_but_not_in_circles(tmp_path: Path) -> None:
    """Data often lies elsewhere; a link to a folder above ends there."""
    written(tmp_path, "elsewhere/clip.mp4", "data/own.mp4")
    (tmp_path / "data/linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/back").symlink_to(tmp_path / "data")
    found = [file.relative_to(tmp_path / "data").as_posix() for file in walk_files(tmp_path / "data")]
    assert found == ["linked/clip.mp4", "own.mp4"]


def test_only_regular_files_are_found(tmp_path: Path) -> None:
    """A pipe would wait without end."""
    import os

    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "gone.mp4").symlink_to(tmp_path / "nowhere")
    assert list(walk_files(tmp_path)) == []


def test_links_that_lead_nowhere_are_found(tmp_path: Path) -> None:
    """A disk that is not mounted is no empty folder."""
    (tmp_path / "waving").mkdir()
    (tmp_path / "waving" / "1.mp4").touch()
    (tmp_path / "waving" / "2.mp4").symlink_to(tmp_path / "waving" / "1.mp4")
    assert dead_links(tmp_path) == []
    (tmp_path / "waving" / "3.mp4").symlink_to("/nowhere/3.mp4")
    (tmp_path / "squat").symlink_to("/nowhere/squat")
    dead = dead_links(tmp_path)
    assert dead == [tmp_path / "squat", tmp_path / "waving" / "3.mp4"]
    assert passed_over(dead) == f"2 links that lead nowhere passed over, as {tmp_path}/squat: is a disk not mounted?"
    assert passed_over(dead[:1]).startswith("1 link that leads nowhere passed over")
