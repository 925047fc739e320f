import numpy as np
import pytest

from research.people.scene import Placement, Rectangle, Scene, moved_box, moved_keypoints

WHOLE = Rectangle(0, 0, 192, 192)


def keypoints(x: float, y: float) -> np.ndarray:
    out = np.tile(np.array([x, y, 1, 1], np.float32), (17, 1))
    out[5, 0] += 4  # the left shoulder
    return out


def box(*sides: float) -> np.ndarray:
    return np.array([sides], np.float32)


def test_a_placement_puts_the_centre_where_it_belongs() -> None:
    placement = Placement((10, 20), (100, 50), 2.0, degrees=90)
    assert placement.matrix @ (10, 20, 1) == pytest.approx((100, 50))
    assert placement.matrix @ (11, 20, 1) == pytest.approx((100, 48))


def test_mirroring_swaps_left_and_right() -> None:
    placement = Placement((50, 50), (50, 50), 1.0, mirror=True)
    moved = moved_keypoints(keypoints(40, 50), placement.matrix, WHOLE, mirror=True)
    assert moved[6, 0] == pytest.approx(56)  # what was the left shoulder at 44
    assert moved[5, 0] == pytest.approx(60)


def test_a_keypoint_out_of_view_is_absent_but_an_unknown_one_stays_unknown() -> None:
    person = keypoints(10, 10)
    person[0, 3] = 0
    moved = moved_keypoints(person, Placement((0, 0), (-50, 0), 1.0).matrix, WHOLE, mirror=False)
    assert moved[:, 2].tolist() == [0] * 17
    assert moved[0, 3] == 0
    assert moved[1, 3] == 1


def test_a_turned_box_keeps_its_centre() -> None:
    turned = moved_box(box(0, 0, 40, 100)[0], Placement((20, 50), (80, 80), 1.0, degrees=30).matrix)
    assert ((turned[:2] + turned[2:]) / 2).tolist() == pytest.approx([80, 80])


def test_people_mostly_out_of_view_or_tiny_are_unsure() -> None:
    scene = Scene(192, WHOLE)
    same = Placement((0, 0), (0, 0), 1.0)
    scene.add_people(keypoints(10, 10)[None], box(-90, 0, 10, 50), same, WHOLE)
    scene.add_people(keypoints(100, 100)[None], box(100, 100, 104, 105), same, WHOLE)
    scene.add_people(keypoints(100, 100)[None], box(-10, 80, 120, 120), same, WHOLE)
    assert len(scene.unsure) == 2
    assert scene.boxes[0].tolist() == [0, 80, 120, 120]


def test_who_is_behind_another_is_unsure_and_a_hidden_keypoint_unknown() -> None:
    scene = Scene(192, WHOLE)
    same = Placement((0, 0), (0, 0), 1.0)
    scene.add_people(
        np.stack([keypoints(20, 20), keypoints(100, 100)]),
        np.concatenate((box(10, 10, 30, 30), box(50, 50, 150, 150))),
        same,
        WHOLE,
    )
    scene.hide_behind(box(0, 0, 102, 102)[0])
    assert [unsure.tolist() for unsure in scene.unsure] == [[10, 10, 30, 30]]
    assert scene.keypoints[0][0, 3] == 0
    assert scene.keypoints[0][5, 3] == 1
