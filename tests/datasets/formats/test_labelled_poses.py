"""Promises of folders by label in which several formats are: each clip is read, and notes disturb none of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from written_poses import coco_results, walker, write_json, write_openpose, write_yolo

from haredge.datasets.reading import read_clips

FRAMES = [[pose] for pose in walker(12)]

WRITERS: dict[str, Callable[[Path], None]] = {
    "openpose": lambda clip: write_openpose(clip, FRAMES),
    "coco": lambda clip: write_json(clip.with_suffix(".json"), coco_results(FRAMES)),
    "yolo": lambda clip: write_yolo(clip, FRAMES),
}


def names(root: Path) -> list[str]:
    return sorted(clip.name for clip in read_clips(root).clips)


@pytest.mark.parametrize("formats", [("openpose", "coco"), ("coco", "yolo"), ("openpose", "yolo"), tuple(WRITERS)])
def test_formats_beside_each_other_are_all_read(formats: tuple[str, ...], tmp_path: Path) -> None:
    """None of them hides another."""
    for each in formats:
        WRITERS[each](tmp_path / "wave" / each)
    assert names(tmp_path) == sorted(f"wave/{each}" for each in formats)


@pytest.mark.parametrize("each", WRITERS)
def test_notes_of_other_programs_beside_clips_are_passed_over(each: str, tmp_path: Path) -> None:
    """Text whose name ends in a number is not taken for labels of YOLO beside another format."""
    WRITERS[each](tmp_path / "wave" / "one")
    if each != "yolo":
        (tmp_path / "wave" / "notes_2.txt").write_text("taken in 2025")
        (tmp_path / "read_me_1.txt").write_text("who is who")
    if each == "openpose":
        (tmp_path / "settings.json").write_text("{}")
    assert names(tmp_path) == ["wave/one"]


@pytest.mark.parametrize("each", WRITERS)
def test_suffixes_in_capitals_mean_the_same(each: str, tmp_path: Path) -> None:
    """As some cameras' and systems' programs write them."""
    WRITERS[each](tmp_path / "wave" / "one")
    for file in [file for file in tmp_path.rglob("*.*") if file.is_file()]:
        file.rename(file.with_suffix(file.suffix.upper()))
    assert names(tmp_path) == ["wave/one"]
