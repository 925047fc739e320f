"""Tests of bringing other skeletons to COCO's keypoints by name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.keypoints import INDEX, NAMES
from haredge.datasets.formats.skeleton import OPENPOSE_18, OPENPOSE_25, keypoints_by_name, scores_of, with_score


@given(st.permutations([*NAMES, "neck", "tail"]), st.integers(1, 19), st.integers(0, 99))
def test_every_shared_joint_lands_at_its_name_and_the_rest_is_missing(names: list[str], count: int, seed: int) -> None:
    """Whatever the order, a joint that both skeletons have keeps its place and score; any other is (0, 0, 0)."""
    reported = names[:count]
    joints = np.random.default_rng(seed).uniform(1, 99, (3, count, 3))
    keypoints = keypoints_by_name(joints, reported)
    for name, index in INDEX.items():
        expected = joints[:, reported.index(name)] if name in reported else np.zeros((3, 3))
        np.testing.assert_array_equal(keypoints[:, index], expected.astype(np.float32))


@pytest.mark.parametrize(
    ("names", "index", "name"),
    [
        (OPENPOSE_18, 8, "right_hip"),
        (OPENPOSE_18, 11, "left_hip"),
        (OPENPOSE_18, 17, "left_ear"),
        (OPENPOSE_25, 8, "mid_hip"),
        (OPENPOSE_25, 12, "left_hip"),
        (OPENPOSE_25, 16, "left_eye"),
        (OPENPOSE_25, 24, "right_heel"),
    ],
)
def test_openpose_numbers_its_joints_so(names: tuple[str, ...], index: int, name: str) -> None:
    """Landmarks of the tables in OpenPose's documentation."""
    assert names[index] == name
    assert set(NAMES) <= set(names)


def test_what_is_in_the_corner_or_has_no_score_is_missing() -> None:
    """(0, 0) is where a joint that was not found stands; on an edge it may well be."""
    joints = np.array([[0, 0, 0.9], [5, 5, 0], [0, 5, 0.9]], float)
    keypoints = keypoints_by_name(joints, ("nose", "left_eye", "right_eye"))
    np.testing.assert_array_equal(keypoints[:3, 2], np.array([0, 0, 0.9], np.float32))
    assert (with_score(joints[:, :2])[:, 2] == 1).all()


def test_flags_and_scores_are_distinguished() -> None:
    """COCO's flags 0, 1, 2 become 0, a half, 1; scores stay, none above 1."""
    np.testing.assert_array_equal(scores_of(np.array([0.0, 1, 2])), [0, 0.5, 1])
    np.testing.assert_array_equal(scores_of(np.array([0.0, 0.3, 1.2])), [0, 0.3, 1])
