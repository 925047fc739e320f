"""Bones, keypoints and recorded skeletons."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from haredge.core.keypoints import INDEX
from haredge.synthetic.kinematics import joints_of
from haredge.synthetic.poses import STAND
from haredge.synthetic.skeleton import (
    ANKLES,
    ELBOWS,
    HEAD,
    HIPS,
    KNEES,
    NECK,
    NOSE,
    SHOULDERS,
    WRISTS,
    Bones,
    coco_points,
    head_axes,
    retarget,
)

BONES = Bones.of(1.75)


def test_lengths_follow_stature() -> None:
    """Every bone of a person twice as tall is twice as long, and a standing person is as tall as the stature says."""
    small, tall = Bones.of(1.0), Bones.of(2.0)
    assert tall.thigh == 2 * small.thigh
    assert tall.shoulder_width == 2 * small.shoulder_width
    crown = joints_of(STAND, BONES)[HEAD, 1] + 0.119
    assert abs(crown - 1.75) < 0.06


def test_left_and_right_are_the_persons_own() -> None:
    """A person who faces +z has the left hand, eye and foot at +x, and the nose ahead."""
    points = coco_points(joints_of(STAND, BONES), BONES)
    for name, index in INDEX.items():
        if name != "nose":
            assert (points[index, 0] > 0) == name.startswith("left"), name
    assert points[INDEX["nose"], 2] > points[INDEX["left_eye"], 2] > points[INDEX["left_ear"], 2]
    assert points[INDEX["left_eye"], 1] > points[INDEX["nose"], 1]


def test_a_level_head_is_level() -> None:
    """The head of a person who stands upright faces straight ahead."""
    axes = head_axes(joints_of(STAND, BONES))
    np.testing.assert_allclose(axes, np.eye(3), atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_retargeting_keeps_directions_and_takes_the_figures_lengths(seed: int) -> None:
    """Whatever was recorded, limbs point where they pointed and are as long as the figure's bones."""
    recorded = np.random.default_rng(seed).normal(0, 0.5, (13, 3))
    joints = retarget(recorded, BONES)
    for starts, ends, length in (
        (SHOULDERS, ELBOWS, BONES.upper_arm),
        (ELBOWS, WRISTS, BONES.forearm),
        (HIPS, KNEES, BONES.thigh),
        (KNEES, ANKLES, BONES.shank),
    ):
        for start, end in zip(starts, ends, strict=True):
            limb, reported = joints[end] - joints[start], recorded[end] - recorded[start]
            assert abs(np.linalg.norm(limb) - length) < 1e-9
            assert limb @ reported > 0.999 * length * np.linalg.norm(reported)
    assert abs(np.linalg.norm(joints[HEAD] - joints[NECK]) - BONES.neck) < 1e-9
    assert np.isfinite(joints).all()
    assert not np.allclose(joints[NOSE], joints[HEAD])


def test_retargeting_a_figure_to_itself_changes_nothing_that_a_recording_holds() -> None:
    """The joints of a synthetic person survive the way through a recording of themselves."""
    joints = joints_of(STAND, BONES)
    np.testing.assert_allclose(retarget(joints[:13], BONES)[1:13], joints[1:13], atol=0.04)
