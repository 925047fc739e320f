"""Tests of recordings laid out in folders by their labels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from haredge.core.errors import DataError
from haredge.datasets.formats.labelled_folders import clip_files, frame_files

FRAME = re.compile(r"(?P<series>.*?)(?P<number>\d+)\.txt")
CLIP = re.compile(r".*\.json", re.IGNORECASE)


def touch(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def test_frames_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """The first folder is the label, the folder of the files the clip; numbers need no leading zeros."""
    touch(tmp_path, "wave/b/f_10.txt", "wave/b/f_9.txt", "wave/b/notes.txt", "wave/a/1.txt", "sit/a/deep/1.txt")
    found = frame_files(tmp_path, FRAME)
    assert [(each.title.name, each.title.label, each.title.split) for each in found] == [
        ("sit/a/deep", "sit", ""),
        ("wave/a", "wave", ""),
        ("wave/b", "wave", ""),
    ]
    assert found[2].numbers == (9, 10)
    assert [file.name for file in found[2].files] == ["f_9.txt", "f_10.txt"]


def test_files_of_several_videos_in_one_folder_are_several_recordings(tmp_path: Path) -> None:
    """They are distinguished by their names."""
    touch(tmp_path, *(f"wave/{film}_{number}.txt" for film in "ab" for number in range(3)))
    assert [(each.title.name, len(each.files)) for each in frame_files(tmp_path, FRAME)] == [
        ("wave/a", 3),
        ("wave/b", 3),
    ]


def test_two_files_of_one_number_are_an_error(tmp_path: Path) -> None:
    """1 and 01 cannot both be the first frame."""
    touch(tmp_path, "wave/a/f1.txt", "wave/a/f01.txt")
    with pytest.raises(DataError, match="frame 1 is there already"):
        frame_files(tmp_path, FRAME)


def test_a_data_set_may_have_parts_and_a_folder_of_labels(tmp_path: Path) -> None:
    """Folders train and test above the labels are its split, and labels/ above all is no label."""
    touch(tmp_path, "labels/train/wave/a/1.txt", "labels/test/wave/b/1.txt", "images/train/wave/a/1.txt")
    titles = [each.title for each in frame_files(tmp_path, FRAME)]
    assert [(each.name, each.label, each.split) for each in titles] == [
        ("test/wave/b", "wave", "test"),
        ("train/wave/a", "wave", "train"),
    ]


@pytest.mark.parametrize("name", ["1.txt", "a/1.txt", "train/a/1.txt", "val/a/1.txt"])
def test_files_without_a_label_are_an_error(tmp_path: Path, name: str) -> None:
    """One folder too few, or parts of other names, would make labels of what is none."""
    with pytest.raises(DataError, match="label"):
        frame_files(touch(tmp_path, name), FRAME)


def test_a_file_for_each_clip_is_named_without_its_ending(tmp_path: Path) -> None:
    """The label is the first folder, and a file beside the folders has none."""
    touch(tmp_path, "wave/a.json", "wave/b/results.json")
    assert [title.name for title, _ in clip_files(tmp_path, CLIP)] == ["wave/a", "wave/b/results"]
    with pytest.raises(DataError, match="label"):
        clip_files(touch(tmp_path, "c.json"), CLIP)
