"""Tests of motion capture and the cameras that it is projected through."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.features import JOINTS
from haredge.core.errors import DataError
from haredge.datasets import filming, motions
from haredge.datasets.filming import CameraRange, project
from haredge.datasets.motions import Motion

FACING_Z = {"shoulder": (0.2, 1.4), "elbow": (0.3, 1.1), "wrist": (0.3, 0.85)} | {
    "hip": (0.12, 0.9),
    "knee": (0.12, 0.5),
    "ankle": (0.12, 0.1),
}


def body() -> np.ndarray:
    """Stand upright and face +z: the left is +x in a right-handed world with y up."""
    joints = np.zeros((13, 3), np.float32)
    joints[0] = (0, 1.7, 0.05)
    for index, name in enumerate(JOINTS[1:], 1):
        side, _, part = name.partition("_")
        x, y = FACING_Z[part]
        joints[index] = (x if side == "left" else -x, y, 0)
    return joints


def motion(joints: np.ndarray, label: str = "walk") -> Motion:
    return Motion("m", label, np.arange(len(joints)) / 30, joints, "s", "test")


def save(path: Path, joints: np.ndarray, subject: str = "?") -> None:
    count = len(joints)
    np.savez(
        path,
        joints=np.concatenate(joints),
        offset=np.arange(count + 1) * joints.shape[1],
        label=["walk"] * count,
        name=[f"n{index}" for index in range(count)],
        subject=[subject] * count,
        fps=[30.0] * count,
    )


def test_a_file_is_read_sequence_by_sequence(tmp_path: Path) -> None:
    """Every sequence has its own frames; unnamed subjects are distinguished by the recording."""
    save(tmp_path / "walks.npz", np.stack([[body()] * 10, [body() + 1] * 10]))
    first, second = motions.read(tmp_path / "walks.npz")
    assert (first.source, first.subject, second.subject) == ("walks", "n0", "n1")
    np.testing.assert_allclose(second.joints - first.joints, 1, atol=1e-6)
    assert first.times[-1] == pytest.approx(9 / 30)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """What is no file of motions is an error that says which."""
    (tmp_path / "walks.npz").write_bytes(b"no")
    with pytest.raises(DataError, match=r"walks\.npz"):
        motions.read(tmp_path / "walks.npz")


def test_arms_that_end_at_the_elbows_are_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A recording without forearms would train wrists to be at elbows."""
    short = body()
    short[[JOINTS.index("left_wrist"), JOINTS.index("right_wrist")]] = short[3:5]
    save(tmp_path / "walks.npz", np.stack([[short] * 3, [body()] * 3]))
    assert [each.name for each in motions.read(tmp_path / "walks.npz")] == ["n1"]
    assert "1 of 2 movements left out ('n0', ...)" in caplog.text
    save(tmp_path / "walks.npz", np.stack([[short] * 3]))
    with pytest.raises(DataError, match=r"walks\.npz: no movement in it has all of a body's joints"):
        filming.read_filmed(tmp_path / "walks.npz")


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("offset", [0, 7, 6], "offset must grow from 0 to the number of frames, 6"),
        ("offset", [0, 3, 9], "offset must grow"),
        ("offset", [1, 3, 6], "offset must grow"),
        ("label", ["walk"], "a label, name, subject and fps of each"),
        ("fps", [0.0, 30.0], "above 0"),
    ],
)
def test_what_does_not_fit_together_is_named(name: str, wrong: Sequence[object], words: str, tmp_path: Path) -> None:
    """Frames are never put into another movement than their own."""
    save(tmp_path / "walks.npz", np.stack([[body()] * 3] * 2))
    with np.load(tmp_path / "walks.npz") as arrays:
        content = {**arrays, name: np.array(wrong)}
    np.savez(tmp_path / "walks.npz", **content)
    with pytest.raises(DataError, match=rf"walks\.npz: not a file of 3D motions: .*{words}"):
        motions.read(tmp_path / "walks.npz")


def test_the_projection_is_no_mirror() -> None:
    """Hands stretched forward look larger from in front, which is where the person's left is on the image's right."""
    forward = body()
    forward[JOINTS.index("left_wrist")] = (0.2, 1.4, 0.6)
    forward[JOINTS.index("right_wrist")] = (-0.2, 1.4, 0.6)
    windows = np.repeat(np.stack([[forward] * 2]), 2000, axis=0).astype(np.float32)
    level = CameraRange(elevation_deg=(0, 0), distance_m=(2, 2), roll_deg=0)
    seen = project(windows, np.random.default_rng(1), level)[:, 0]
    names = ("left_shoulder", "right_shoulder", "left_wrist", "right_wrist")
    left, right, left_hand, right_hand = (seen[:, JOINTS.index(name), 0] for name in names)
    shoulders, hands = left - right, left_hand - right_hand
    square_on = np.abs(shoulders) > 0.9 * np.abs(shoulders).max()
    from_front = shoulders > 0
    np.testing.assert_array_equal((np.abs(hands) > np.abs(shoulders))[square_on], from_front[square_on])


@given(st.integers(0, 2**32 - 1))
def test_nothing_is_seen_upside_down_or_far_away(seed: int) -> None:
    """From every camera the projection is finite, and the head is above the feet of a person who stands."""
    rng = np.random.default_rng(seed)
    seen = project(np.repeat(np.stack([[body()] * 9]), 8, axis=0).astype(np.float32), rng)
    assert np.isfinite(seen).all()
    assert np.abs(seen).max() < 4
    assert (seen[:, :, 0, 1] < seen[:, :, 11:, 1].min(axis=-1)).all()


def test_standing_about_is_trimmed_off() -> None:
    """Of one second's movement between two seconds of standing, the movement stays."""
    joints = np.repeat(body()[None], 150, axis=0)
    joints[60:90, 5] += np.sin(np.arange(30))[:, None].astype(np.float32)
    cut = motions.trimmed(motion(joints))
    assert 0.9 < cut.times[-1] - cut.times[0] < 1.7
    assert cut.times[0] > 1.5
