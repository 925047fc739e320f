"""People are sorted by what their labels show, and what is made smaller or darker keeps its labels."""

import numpy as np
import pytest

from haredge.core.keypoints import INDEX, MIRROR
from research.people.inference import Found, keypoint_box
from research.people.kinds import Person, kinds, seen

PLACES = {
    "shoulder": (10, -50),
    "elbow": (14, -30),
    "wrist": (15, -10),
    "hip": (8, 0),
    "knee": (9, 40),
    "ankle": (9, 80),
}
"""x away from the middle, and y from the hips' height, of a person who stands and is seen from the front."""


def standing() -> np.ndarray:
    out = np.zeros((17, 3), np.float32)
    for name, (x, y) in PLACES.items():
        out[INDEX[f"left_{name}"]] = (x, y, 1)
        out[INDEX[f"right_{name}"]] = (-x, y, 1)
    return out


def person(keypoints: np.ndarray, degrees: float = 0.0) -> Person:
    turn = np.radians(degrees)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = keypoints.copy()
    moved[:, :2] = keypoints[:, :2] @ matrix.T + (100, 90)
    return Person(np.full((200, 200, 3), 200, np.uint8), moved)


@pytest.mark.parametrize(
    ("degrees", "posture"), [(10, "upright"), (-45, "bent"), (88, "lying"), (-92, "lying"), (170, "upside down")]
)
def test_the_posture_is_the_torsos_lean(degrees: float, posture: str) -> None:
    assert person(standing(), degrees).posture == posture


def test_who_has_thighs_across_sits() -> None:
    keypoints = standing()
    for side in ("left", "right"):
        keypoints[INDEX[f"{side}_knee"], :2] = (40, 4)
    assert person(keypoints).posture == "sitting"


@pytest.mark.parametrize(("width", "view"), [(1, "from the front"), (-1, "from behind"), (0.1, "from the side")])
@pytest.mark.parametrize("degrees", [0, 90, 200])
def test_the_view_is_where_left_and_right_are_whichever_way_up(width: float, view: str, degrees: float) -> None:
    keypoints = standing()
    keypoints[:, 0] *= width
    assert person(keypoints, degrees).view == view


def test_a_smaller_person_is_labelled_where_they_are() -> None:
    shown = np.zeros((200, 200, 3), np.uint8)
    shown[88:92, 98:102] = 255
    keypoints = standing()
    keypoints[:, :2] += (99.5, 89.5)
    small = Person(shown, keypoints).at_scale(0.5)
    hips = small.keypoints[[INDEX["left_hip"], INDEX["right_hip"]], :2].mean(0)
    rows, columns = np.nonzero(small.image[:, :, 0] == 255)
    assert hips.tolist() == pytest.approx([columns.mean(), rows.mean()], abs=0.5)
    assert np.ptp(small.keypoints[:, 1]) == pytest.approx(np.ptp(keypoints[:, 1]) / 2)


def test_a_network_that_sees_everything_is_perfect_and_a_mirrored_one_is_not() -> None:
    people = [person(standing(), degrees) for degrees in (0, 45, 90)]
    answers = iter([one.keypoints for one in people] * 2)

    def find(_image: np.ndarray, *, mirror: bool = False) -> Found:
        keypoints = next(answers).astype(np.float64)
        if mirror:
            keypoints = keypoints[list(MIRROR)]
        return Found(keypoint_box(keypoints)[None], np.array([0.9]), keypoints[None])

    perfect = seen(find, people, 0.5)
    assert (perfect.found, perfect.pck, perfect.left_is_left) == (1, 1, 1)
    swapped = seen(lambda image: find(image, mirror=True), people, 0.95)
    assert (swapped.found, swapped.left_is_left) == (0, 0)


def test_nobody_found_misses_every_joint() -> None:
    nobody = Found(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 17, 3)))
    assert seen(lambda _: nobody, [person(standing())], 0.5).pck == 0


def test_every_person_has_one_posture_and_one_view() -> None:
    people = [person(standing(), degrees) for degrees in range(0, 360, 15)]
    sorted_out = kinds(people)
    postures = ("upright", "sitting", "bent", "lying", "upside down")
    assert sum(len(sorted_out.get(name, [])) for name in postures) == len(people)
    assert sum(len(some) for name, some in sorted_out.items() if name.startswith("from")) == len(people)
