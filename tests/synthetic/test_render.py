"""What is drawn lies where the labels say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from haredge.core.keypoints import INDEX
from haredge.synthetic.appearance import Figure
from haredge.synthetic.body import body_patches
from haredge.synthetic.camera import SyntheticCamera
from haredge.synthetic.ground_truth import HIDDEN, OUTSIDE, VISIBLE, true_keypoints
from haredge.synthetic.kinematics import Spot, joints_of, place, posture
from haredge.synthetic.poses import STAND
from haredge.synthetic.render import Light, cast_shadow, draw
from haredge.synthetic.skeleton import Floats
from haredge.synthetic.surface import Patches, ball, box

FLAT = Light((0.0, 1.0, 0.0), 0.0, 1.0, (1.0, 1.0, 1.0), 0.5)
SIZE = (320, 480)
CAMERA = SyntheticCamera((0.0, 1.2, 4.0), (0.0, 0.9, 0.0), 480.0, SIZE)
EMPTY = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
ARMS_OUT = posture(STAND, arms=(80, 0, 0, 5))


def person(seed: int) -> Figure:
    return Figure.random(np.random.default_rng(seed))


def standing(figure: Figure, heading: float = 0.0, pose: Floats = ARMS_OUT) -> Floats:
    return joints_of(place(pose, Spot(0, 0, heading), figure.bones.leg), figure.bones)


@pytest.mark.parametrize("heading", [0.0, 70.0, 180.0, -120.0])
def test_every_visible_keypoint_lies_on_the_drawn_body(heading: float) -> None:
    """Where a keypoint is said to be seen, the image shows the figure and not what is behind it."""
    for seed in range(6):
        figure = person(seed)
        joints = standing(figure, heading)
        drawn = draw(EMPTY, body_patches(figure, joints), CAMERA, FLAT)
        for x, y, flag in true_keypoints(joints, figure.bones, CAMERA):
            if flag == VISIBLE:
                here = drawn[int(y) - 1 : int(y) + 3, int(x) - 1 : int(x) + 3].astype(int)
                assert np.abs(here - 90).max() > 3, (seed, x, y)


def marked(at: Floats) -> Floats:
    """Give the middle in pixels of a red ball drawn at a place."""
    light = draw(EMPTY, ball(at, np.eye(3) * 0.03, (0, 0, 255)), CAMERA, FLAT)
    red = np.argwhere(light[..., 2].astype(int) - light[..., 1] > 60)
    return np.asarray(red.mean(0)[::-1])


def test_projection_and_drawing_agree() -> None:
    """A ball drawn at a joint has its middle at the joint's projected pixel."""
    figure = person(0)
    joints = standing(figure)
    keypoints = true_keypoints(joints, figure.bones, CAMERA)
    for name, joint in (("left_wrist", 5), ("right_knee", 10), ("left_shoulder", 1)):
        np.testing.assert_allclose(marked(joints[joint]), keypoints[INDEX[name], :2], atol=0.7)


def test_the_face_is_seen_from_the_front_only() -> None:
    """Eyes and nose of a person who faces the camera are visible, and hidden when the person turns away."""
    figure = person(1)
    face = [INDEX[name] for name in ("nose", "left_eye", "right_eye")]
    assert (true_keypoints(standing(figure, 0), figure.bones, CAMERA)[face, 2] == VISIBLE).all()
    assert (true_keypoints(standing(figure, 180), figure.bones, CAMERA)[face, 2] == HIDDEN).all()


def test_the_far_arm_hides_behind_the_body() -> None:
    """Of a person seen from the side, the far elbow is hidden and the near one seen."""
    figure = person(1)
    keypoints = true_keypoints(standing(figure, 90, STAND), figure.bones, CAMERA)
    assert keypoints[INDEX["right_elbow"], 2] == VISIBLE
    assert keypoints[INDEX["left_elbow"], 2] == HIDDEN


def test_somebody_in_front_hides_what_is_behind() -> None:
    """Keypoints behind another person are hidden."""
    figure = person(1)
    joints = standing(figure)
    nearer = joints + np.array([0, 0, 1.0])
    alone = true_keypoints(joints, figure.bones, CAMERA)
    covered = true_keypoints(joints, figure.bones, CAMERA, others=[(nearer, figure.bones)])
    assert np.count_nonzero(covered[:, 2] == HIDDEN) > np.count_nonzero(alone[:, 2] == HIDDEN) + 4


def test_outside_is_outside() -> None:
    """A keypoint beyond the image's edge or behind the camera is outside."""
    figure = person(2)
    aside = standing(figure) + np.array([30.0, 0, 0])
    behind = standing(figure) + np.array([0, 0, 9.0])
    for joints in (aside, behind):
        assert (true_keypoints(joints, figure.bones, CAMERA)[:, 2] == OUTSIDE).all()


def test_the_near_is_drawn_over_the_far() -> None:
    """A box before another hides it, in whatever order they are given."""
    near = box((-0.3, 0.5, 1.0), (0.3, 1.5, 1.2), (0, 0, 200))
    far = box((-0.3, 0.5, -1.2), (0.3, 1.5, -1.0), (200, 0, 0))
    for parts in ([near, far], [far, near]):
        middle = draw(EMPTY, Patches.joined(parts), CAMERA, FLAT)[240, 160]
        assert middle[2] > 100 > middle[0]


def test_patches_face_outward() -> None:
    """The body is closed: every patch of it, seen from outside, shows its outer side."""
    figure = replace(person(3), legwear="trousers", hair_style="short", glasses=False)
    patches = body_patches(figure, standing(figure, pose=STAND))
    outward = patches.middles + patches.normals * 0.002
    spine = np.array([0.0, 1.0, 0.0])
    trunk = (np.abs(patches.middles[:, 0]) < 0.12) & (np.abs(patches.middles[:, 1] - 1.2) < 0.15)
    radial = patches.middles[trunk] - spine * patches.middles[trunk][:, 1:2]
    assert ((outward - patches.middles)[trunk] * radial).sum(1).mean() > 0


def test_the_light_comes_from_its_side() -> None:
    """A ball is brighter on the side of the lamp."""
    from_left = Light((-1.0, 0.3, 0.0), 0.8, 0.4, (1.0, 1.0, 1.0), 0.0)
    shaded = draw(EMPTY, ball(np.array([0.0, 1.0, 0.0]), np.eye(3) * 0.5, (200, 200, 200), 20, 30), CAMERA, from_left)
    assert shaded[230, 120].mean() > shaded[230, 200].mean() + 30


def test_the_shadow_lies_on_the_floor_only() -> None:
    """A shadow darkens the floor beside the person, never the image above the horizon, and nothing gets lighter."""
    figure = person(4)
    shaded = cast_shadow(EMPTY, body_patches(figure, standing(figure)), CAMERA, FLAT)
    assert (shaded <= EMPTY).all()
    horizon = int(CAMERA.project(np.array([0.0, 0.0, -1e6]))[0][1])
    assert (shaded[: horizon - 8] == 90).all()
    assert (shaded[horizon:] < 70).any()


def test_drawing_leaves_the_background_alone() -> None:
    """The image handed in is not written to, and far from the figure the new one equals it."""
    before = EMPTY.copy()
    drawn = draw(EMPTY, body_patches(person(5), standing(person(5))), CAMERA, FLAT)
    assert (before == EMPTY).all()
    assert (drawn[:20] == EMPTY[:20]).all()
    assert (drawn != EMPTY).any()


def test_nothing_in_view_draws_nothing() -> None:
    """A figure behind the camera leaves the image as it was."""
    figure = person(5)
    assert (draw(EMPTY, body_patches(figure, standing(figure) + np.array([0, 0, 9.0])), CAMERA, FLAT) == EMPTY).all()
