"""Tests of reading OpenPose's output."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from written_poses import openpose_person, walker, write_openpose

from haredge.core.errors import DataError
from haredge.datasets.formats import openpose
from haredge.datasets.formats.skeleton import OPENPOSE_18, OPENPOSE_25


@pytest.mark.parametrize("names", [OPENPOSE_18, OPENPOSE_25])
def test_every_keypoint_comes_out_where_it_was(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Either skeleton gives COCO's keypoints, with their scores, at 30 fps."""
    poses = walker(12)
    poses[:, 9, 2] = 0.4
    write_openpose(tmp_path / "wave/a", [[pose] for pose in poses], names)
    (clip,) = openpose.read(tmp_path)
    np.testing.assert_allclose(clip.keypoints, poses, atol=1e-3)
    assert (clip.name, clip.label, clip.group) == ("wave/a", "wave", "wave/a")
    assert clip.duration_s == pytest.approx(11 / 30)


def test_missing_joints_people_and_frames_are_missing(tmp_path: Path) -> None:
    """0, 0, 0 is a missing keypoint, a frame without people a gap, and so is a file that is not there."""
    poses = walker(12)
    poses[:, 10] = 0
    write_openpose(tmp_path / "wave/a", [[] if t == 3 else [pose] for t, pose in enumerate(poses)])
    (tmp_path / "wave/a/film_000000000007_keypoints.json").unlink()
    (tmp_path / "recordings.yaml").write_text("rate_hz: 25")
    (clip,) = openpose.read(tmp_path)
    assert (clip.keypoints[:, 10] == 0).all()
    np.testing.assert_allclose(clip.times * 25, [0, 1, 2, 4, 5, 6, 8, 9, 10, 11])


def test_a_bystander_is_not_followed(tmp_path: Path) -> None:
    """Of two people the larger one is the clip's, though the order in the files changes."""
    one, other = walker(20, 300), walker(20, 700, tall=120)
    write_openpose(tmp_path / "wave/a", [[one[t], other[t]][:: 1 if t % 3 else -1] for t in range(20)])
    (clip,) = openpose.read(tmp_path)
    np.testing.assert_allclose(clip.keypoints, one, atol=1e-3)


def test_a_recording_with_a_long_gap_becomes_clips_of_one_group(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No clip spans a gap; the pieces stay on one side of any split, and scraps are left out and reported."""
    seen = {*range(20), *range(40, 60), *range(80, 85)}
    write_openpose(tmp_path / "wave/a", [[pose] if t in seen else [] for t, pose in enumerate(walker(85))])
    clips = openpose.read(tmp_path)
    assert "'wave/a#3'): a scrap" in caplog.text
    assert [(clip.name, clip.group, len(clip.times)) for clip in clips] == [
        ("wave/a#1", "wave/a", 20),
        ("wave/a#2", "wave/a", 20),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"people": [', "cut off"),
        ("{}", "no 'people'"),
        ("[]", "no 'people'"),
        ('{"people": [3]}', r"people\[0\]"),
        (json.dumps({"people": [{"pose_keypoints_2d": [1, 2, 3]}]}), "3 numbers"),
        (json.dumps({"people": [{"pose_keypoints_2d": [float("nan")] * 75}]}), "NaN"),
        (json.dumps({"people": [{"pose_keypoints_2d": ["x"] * 75}]}), "numbers"),
    ],
)
def test_a_damaged_frame_is_named(tmp_path: Path, content: str, words: str) -> None:
    """The file, and what is wrong in it, in one line."""
    write_openpose(tmp_path / "wave/a", [[pose] for pose in walker(5)])
    (tmp_path / "wave/a/film_000000000002_keypoints.json").write_text(content)
    with pytest.raises(DataError, match=rf"000000000002_keypoints\.json.*{words}") as error:
        openpose.read(tmp_path)
    assert len(str(error.value).splitlines()) == 1


def test_a_recording_without_people_is_left_out_and_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One such clip is a line in the log; where there is no other it is an error."""
    write_openpose(tmp_path / "wave/empty", [[]] * 9)
    with pytest.raises(DataError, match="no person is seen"):
        openpose.read(tmp_path)
    write_openpose(tmp_path / "wave/seen", [[pose] for pose in walker(9)])
    assert [clip.name for clip in openpose.read(tmp_path)] == ["wave/seen"]
    assert "wave/empty" in caplog.text


def test_a_keypoint_in_the_corner_with_a_score_is_missing(tmp_path: Path) -> None:
    """What was not found stands at 0, 0, whatever its score."""
    pose = walker(1)[0]
    pose[3] = (0, 0, 0.7)
    assert openpose_person(pose)["pose_keypoints_2d"][-3 * 7 : -3 * 6] == [0, 0, 0.7]
    write_openpose(tmp_path / "wave/a", [[pose], [pose]])
    (clip,) = openpose.read(tmp_path)
    assert (clip.keypoints[:, 3] == 0).all()
