"""Tests of reading YOLO-pose's label files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from written_poses import walker, write_yolo

from haredge.core.errors import DataError
from haredge.datasets.formats import yolo_pose


@pytest.mark.parametrize(("numbers", "end"), [(3, ""), (2, ""), (3, " 0.87"), (3, " 0.87 4")])
def test_every_keypoint_comes_out_where_it_was(tmp_path: Path, numbers: int, end: str) -> None:
    """With visibility or without, and with what predictions have at their end; in pixels of the size given."""
    poses = walker(12)
    write_yolo(tmp_path / "wave/a", [[pose] for pose in poses], (800, 600), numbers, end)
    (tmp_path / "recordings.yaml").write_text("size_px: [800, 600]")
    (clip,) = yolo_pose.read(tmp_path)
    np.testing.assert_allclose(clip.keypoints[..., :2], poses[..., :2], atol=1e-2)
    assert (clip.keypoints[..., 2] > 0.4).all()
    assert (clip.name, clip.label) == ("wave/a", "wave")


def test_without_a_size_the_image_is_16_to_9_and_that_is_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Width and height are parts of different lengths: nothing is assumed in silence."""
    poses = walker(5)
    write_yolo(tmp_path / "wave/a", [[pose] for pose in poses], (1280, 720))
    (clip,) = yolo_pose.read(tmp_path)
    np.testing.assert_allclose(clip.keypoints[..., :2], poses[..., :2], atol=1e-2)
    assert "16:9" in caplog.text
    caplog.clear()
    (tmp_path / "recordings.yaml").write_text("size_px: [1280, 720]")
    yolo_pose.read(tmp_path)
    assert not caplog.text


def test_visibility_flags_and_confidences_are_scores(tmp_path: Path) -> None:
    """0, 1, 2 mean missing, hidden and visible; other numbers are scores."""
    poses = walker(6)
    poses[:3, :, 2], poses[:3, 3, 2], poses[:3, 4, 2] = 2, 1, 0
    poses[3:, :, 2] = 0.7
    write_yolo(tmp_path / "wave/a", [[pose] for pose in poses])
    (clip,) = yolo_pose.read(tmp_path)
    np.testing.assert_array_equal(clip.keypoints[0, 3:6, 2], [0.5, 0, 1])
    np.testing.assert_allclose(clip.keypoints[3:, :, 2], 0.7)


def test_one_of_several_people_is_followed_and_an_empty_file_is_a_gap(tmp_path: Path) -> None:
    """A line for each person, in any order; no line means no person."""
    one, other = walker(20, 300), walker(20, 800, tall=100)
    write_yolo(tmp_path / "wave/a", [[other[t], one[t]][:: 1 if t % 2 else -1] if t != 7 else [] for t in range(20)])
    (clip,) = yolo_pose.read(tmp_path)
    np.testing.assert_allclose(clip.keypoints[..., :2], np.delete(one, 7, axis=0)[..., :2], atol=1e-2)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0 0.5 0.5 0.1 0.1", "5 numbers"),
        ("0 0.5 0.5 0.1 0.1 " + "0.5 " * 40, "45 numbers"),
        ("0 0.5 0.5 0.1 0.1 " + "nan " * 51, "NaN"),
        ("0 0.5 0.5 0.1 0.1 " + "x " * 51, "numbers are needed"),
        ("0 0.5 0.5 0.1 0.1 " + "320 200 2 " * 17, "not pixels"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, words: str) -> None:
    """File and line, and what is wrong with it."""
    write_yolo(tmp_path / "wave/a", [[pose] for pose in walker(5)])
    with (tmp_path / "wave/a/frame_000003.txt").open("a") as file:
        file.write(line)
    with pytest.raises(DataError, match=rf"frame_000003\.txt:2: .*{words}"):
        yolo_pose.read(tmp_path)
