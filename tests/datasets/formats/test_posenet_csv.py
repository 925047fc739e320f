"""Tests of reading the older PoseNet project's CSV files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from written_poses import walker, write_posenet_csv

from haredge.core.errors import DataError
from haredge.datasets.formats import posenet_csv
from haredge.datasets.reading import read_clips


def test_clips_that_move_are_read(tmp_path: Path) -> None:
    """Nine frames a clip, the action its label; 0,0 is missing."""
    poses = walker(9)
    poses[:, 2] = 0
    write_posenet_csv(tmp_path / "a.csv", [("wave", poses), ("1", walker(9, step=4))])
    clips = posenet_csv.read(tmp_path / "a.csv")
    assert [(clip.name, clip.label) for clip in clips] == [("a/0", "wave"), ("a/1", "1")]
    expected = poses.copy()
    expected[:, 2] = 0
    np.testing.assert_allclose(clips[0].keypoints, expected, rtol=1e-6)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("keypoint,x,y,action", '"keypoint","x","y","action"'),
        ("keypoint,x,y,action", "Keypoint,X,Y,Action"),
        (",", ", "),
        (",", ";"),
        ("keypoint,x,y,action\n", ""),
    ],
)
def test_a_table_that_another_program_has_saved_is_recognised(
    before: str, after: str, encoding: str, tmp_path: Path
) -> None:
    """Quotes, blanks, capitals, semicolons, no heading, and any encoding of a spreadsheet's."""
    write_posenet_csv(tmp_path / "a.csv", [("wave", walker(9))])
    text = (tmp_path / "a.csv").read_text()
    (tmp_path / "a.csv").write_text(text.replace(before, after), encoding=encoding)
    (clip,) = read_clips(tmp_path).clips
    assert clip.label == "wave"
    np.testing.assert_allclose(clip.keypoints, walker(9), rtol=1e-6)


def test_windows_that_overlap_are_one_recording(tmp_path: Path) -> None:
    """Clips that share frames are joined, so that no frame is on both sides of a split."""
    poses = walker(15)
    write_posenet_csv(tmp_path / "a.csv", [("wave", poses[:9]), ("wave", poses[3:12]), ("wave", poses[6:])])
    (clip,) = posenet_csv.read(tmp_path / "a.csv")
    assert len(clip.times) == 15


def test_one_frame_nine_times_is_refused_with_the_reason(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Such a clip holds no movement: it is left out and reported, and if all are so, nothing is read."""
    still = np.repeat(walker(1), 9, axis=0)
    write_posenet_csv(tmp_path / "a.csv", [("wave", still), ("wave", walker(9)), ("wave", still)])
    assert [clip.name for clip in posenet_csv.read(tmp_path / "a.csv")] == ["a/1"]
    assert "2 clips left out" in caplog.text
    assert "one frame repeated nine times" in caplog.text
    write_posenet_csv(tmp_path / "a.csv", [("wave", still)] * 3)
    with pytest.raises(DataError, match="no clip in it can be used: 3 clips: one frame repeated nine times"):
        posenet_csv.read(tmp_path / "a.csv")


def test_clips_without_an_action_are_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Rows without a fourth column, or with different actions in one clip, have no label."""
    write_posenet_csv(tmp_path / "a.csv", [("wave", walker(9)), ("", walker(9, step=4))])
    lines = (tmp_path / "a.csv").read_text().splitlines()
    (tmp_path / "a.csv").write_text("\n".join([*lines[:154], *(line.rstrip(",") for line in lines[154:])]))
    assert [clip.name for clip in posenet_csv.read(tmp_path)] == ["a/0"]
    assert "no action" in caplog.text


@pytest.mark.parametrize(
    ("line", "text", "words"),
    [
        (5, "E,x,2,wave", r"a\.csv:6: numbers"),
        (5, "E,nan,2,wave", r"a\.csv:6: NaN"),
        (5, "F,1,2,wave", r"a\.csv:6: keypoint E"),
        (5, "E,1", r"a\.csv:6: keypoint E"),
        (5, "E,1,2,wave,5", r"a\.csv:6: keypoint E"),
        (153, "", "152 rows"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, line: int, text: str, words: str) -> None:
    """The file and the line; a file that is cut off is reported as such."""
    write_posenet_csv(tmp_path / "a.csv", [("wave", walker(9))])
    lines = (tmp_path / "a.csv").read_text().splitlines()
    lines[line] = text
    (tmp_path / "a.csv").write_text("\n".join(lines))
    with pytest.raises(DataError, match=words):
        posenet_csv.read(tmp_path)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["guitar_HEAD", "yoga_HEAD"])
def test_the_real_files_are_refused_with_the_reason(shared: Path, name: str) -> None:
    """All their clips are one frame repeated."""
    path = shared / f"seed_formats/posenet_csv/{name}.csv"
    assert posenet_csv.is_posenet_csv(path)
    with pytest.raises(DataError, match="419 clips: one frame repeated nine times"):
        posenet_csv.read(path)
