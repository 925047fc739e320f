"""Promises of the practice videos: enough to train on, another person in each, and nothing is rendered twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_disk import fill

from haredge.commands import practice
from haredge.core.errors import OutputError
from haredge.synthetic.script import SECONDS


def test_there_are_enough_and_each_shows_another_person() -> None:
    """Four of a label at least; more of them leave the first as they were."""
    videos = practice.planned(8)
    assert {video.label for video in videos} == {"waving", "squat", "other"}
    assert len({video.seed for video in videos}) == len(videos) == 24
    assert set(practice.planned(4)) <= set(videos)
    assert {video.word for video in videos} <= set(SECONDS)


def test_what_is_there_is_not_drawn_again(tmp_path: Path) -> None:
    """A run that was interrupted goes on."""
    for video in practice.planned(2):
        video.path(tmp_path).parent.mkdir(exist_ok=True)
        video.path(tmp_path).write_text("there")
    drawn = list(practice.draw(tmp_path, 2))
    assert len(drawn) == 6
    assert {path.read_text() for path in drawn} == {"there"}


def test_a_folder_that_cannot_be_written_to_is_reported(tmp_path: Path) -> None:
    """In one line that names it."""
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match=r"cannot write .*taken"):
        next(practice.draw(tmp_path / "taken", 1))


def test_a_full_disk_is_reported_and_leaves_no_video(disk: Path) -> None:
    """What were there but empty would not be drawn again."""
    filler = fill(disk)
    with pytest.raises(OutputError, match=r"cannot write .*waving-1\.webm: No space left on device"):
        next(practice.draw(disk / "videos", 1))
    assert [path for path in disk.rglob("*") if path.is_file()] == [filler]
