"""Tests of reading RNN-HAR-2D-Pose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from written_poses import rnn_har_lines, walker, write_rnn_har

from haredge.core.errors import DataError
from haredge.datasets.formats import rnn_har


def test_windows_become_the_recordings_that_they_were_cut_from(tmp_path: Path) -> None:
    """Two recordings of one label in a row stay two; every frame comes once, at 22 a second."""
    first, second, third = walker(50, step=3), walker(32, step=5), walker(44, step=2)
    write_rnn_har(tmp_path, [(2, first), (2, second), (5, third)])
    clips = rnn_har.read(tmp_path / "X_train.txt")
    assert [(clip.name, clip.label) for clip in clips] == [
        ("X_train/0", "jumping_jacks"),
        ("X_train/4", "jumping_jacks"),
        ("X_train/5", "waving_1hand"),
    ]
    assert len({clip.group for clip in clips}) == 3
    for clip, poses in zip(clips, (first, second, third), strict=True):
        np.testing.assert_allclose(clip.keypoints, poses, rtol=1e-4)
    assert clips[0].duration_s == pytest.approx(49 / 22)


def test_train_and_test_are_the_sets_own_where_both_are_there(tmp_path: Path) -> None:
    """A part by itself has no other to be tested on, and is divided like any data."""
    write_rnn_har(tmp_path, [(1, walker(32)), (2, walker(32, step=4))], "train")
    assert {clip.split for clip in rnn_har.read(tmp_path)} == {""}
    write_rnn_har(tmp_path, [(1, walker(32, step=5))], "test")
    assert [clip.split for clip in rnn_har.read(tmp_path)] == ["test", "train", "train"]
    assert {clip.split for clip in rnn_har.read(tmp_path / "X_test.txt")} == {""}


def test_zeros_are_missing(tmp_path: Path) -> None:
    """A joint at 0,0 was not found; a frame of zeros is one without a person."""
    poses = walker(32)
    poses[:, 4] = 0
    poses[10] = 0
    write_rnn_har(tmp_path, [(3, poses)])
    (clip,) = rnn_har.read(tmp_path)
    assert (clip.keypoints[:, 4] == 0).all()
    assert (clip.keypoints[:, 5, 2] == 1).all()
    assert len(clip.times) == 31


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("Y_train.txt", None, "Y_train.txt, a number for each window, belongs beside it"),
        ("Y_train.txt", "1\n2\n", "2 labels for 1 window in"),
        ("Y_train.txt", "7\n", "7 is not a label"),
        ("Y_train.txt", "1.5\n", "1.5 is not a label"),
        ("Y_train.txt", "jump\n", "numbers are needed"),
        ("X_train.txt", "", "empty"),
        ("X_train.txt", "1,2,3\n" * 32, "3 numbers where 36"),
        ("X_train.txt", "\n".join(rnn_har_lines(walker(31))), "31 lines; 32"),
        ("X_train.txt", "\n".join([*rnn_har_lines(walker(31)), ",".join(["nan"] * 36)]), r"X_train\.txt:32: NaN"),
        ("X_train.txt", ("0," * 35 + "0\n") * 32, "no person is seen"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, name: str, content: str | None, words: str) -> None:
    """Missing labels, another count, cut-off windows, NaN, all-missing poses: one line each."""
    write_rnn_har(tmp_path, [(1, walker(32))])
    (tmp_path / name).unlink() if content is None else (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=words) as error:
        rnn_har.read(tmp_path)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.shared
def test_a_window_of_the_real_set_is_a_person_who_stands(shared: Path, tmp_path: Path) -> None:
    """Head above hips above ankles, left on the right of the image, as a person who faces the camera stands."""
    (tmp_path / "X_example.txt").write_bytes((shared / "seed_formats/rnn_har_2d_pose/X_example.txt").read_bytes())
    (tmp_path / "Y_example.txt").write_text("1\n")
    (clip,) = rnn_har.read(tmp_path)
    nose, left_shoulder, right_shoulder, hip, ankle = (clip.keypoints[0, index] for index in (0, 5, 6, 11, 15))
    assert nose[1] < left_shoulder[1] < hip[1] < ankle[1]
    assert left_shoulder[0] > right_shoulder[0]
