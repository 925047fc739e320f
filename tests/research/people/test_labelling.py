from typing import cast

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from research.people.labelling import BoxLabeller, Labeller
from research.people.sources import RawImage
from research.people.teachers import Candidate, MultiPose, Thunder

IMAGE = np.zeros((200, 300, 3), np.uint8)


def pose(left: float, top: float, size: float = 80, score: float = 0.8) -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.column_stack((np.array((left, top)) + rng.uniform(0, size, (17, 2)), np.full(17, score)))


def candidate(left: float, top: float, score: float) -> Candidate:
    return Candidate(pose(left, top), np.array([left, top, left + 80.0, top + 80.0]), score)


class Teachers:
    """Two teachers whose answers are fixed: Thunder's is the pose at the place that it is asked about."""

    def __init__(self, *candidates: Candidate, thunder: float = 0.8, apart: float = 0.0) -> None:
        self.candidates, self.thunder, self.apart = candidates, thunder, apart

    def find(self, _image: np.ndarray, _side: int, least: float = 0.0) -> list[Candidate]:
        return [one for one in self.candidates if one.score >= least]

    def best(self, _image: np.ndarray, box: np.ndarray, _angles: list[float]) -> np.ndarray:
        return pose(box[0] + self.apart, box[1], score=self.thunder)

    def label(self, raw: RawImage) -> tuple[int, int]:
        label = self.labelled(raw)
        return len(label.boxes), len(label.unsure)

    def labelled(self, raw: RawImage):  # type: ignore[no-untyped-def]
        return Labeller(cast("MultiPose", self), cast("Thunder", self)).label(raw)


def test_whom_both_see_is_there_with_a_pose() -> None:
    label = Teachers(candidate(20, 20, 0.5)).labelled(RawImage("a", IMAGE))
    assert label.boxes.tolist() == [[20, 20, 100, 100]]
    assert (label.keypoints[0, :, 2:] == 1).all()
    assert label.complete


def test_whom_thunder_does_not_see_is_unsure_unless_multipose_is_sure() -> None:
    assert Teachers(candidate(20, 20, 0.3), thunder=0.1).label(RawImage("a", IMAGE)) == (0, 1)
    label = Teachers(candidate(20, 20, 0.6), thunder=0.1).labelled(RawImage("a", IMAGE))
    assert len(label.boxes) == 1
    assert (label.keypoints[0, :, 3] == 0).all()


def test_another_pose_than_multipose_saw_is_not_learned() -> None:
    label = Teachers(candidate(20, 20, 0.6), apart=60.0).labelled(RawImage("a", IMAGE))
    assert (label.keypoints[0, :, 3] == 0).all()


def test_somebody_in_a_given_box_is_there_whatever_the_teachers_say() -> None:
    box = np.array([[100.0, 50, 180, 130]])
    assert Teachers(thunder=0.1).label(RawImage("a", IMAGE, box)) == (1, 0)
    label = Teachers(candidate(104, 50, 0.1)).labelled(RawImage("a", IMAGE, box))
    assert label.boxes.tolist() == box.tolist()
    assert (label.keypoints[0, :, 3] > 0).all()


def test_in_an_empty_room_everything_likely_is_unsure() -> None:
    assert Teachers(candidate(20, 20, 0.5), candidate(150, 20, 0.1)).label(RawImage("a", IMAGE, empty=True)) == (0, 1)


def test_a_crowd_is_never_complete() -> None:
    crowd = [candidate(10 + 90 * number, 20, 0.5) for number in range(3)]
    assert not Teachers(*crowd).labelled(RawImage("a", IMAGE, crowded=True)).complete
    assert Teachers(*crowd).labelled(RawImage("a", IMAGE)).complete


def test_human_labels_of_one_person_are_kept_and_others_are_labelled_too() -> None:
    joints = pose(20, 20, score=1.0)
    label = Teachers(candidate(20, 20, 0.5), candidate(180, 60, 0.5)).labelled(RawImage("a", IMAGE, joints=joints))
    assert len(label.boxes) == 2
    known = label.keypoints[0, :, 3] > 0
    assert np.abs(label.keypoints[0, known, :2] - joints[known, :2]).max() < 8


def test_a_label_of_boxes_has_only_keypoints_that_people_have_labelled() -> None:
    found = Teachers(candidate(20, 20, 0.5), candidate(180, 90, 0.1), candidate(200, 20, 0.9))
    joints = np.column_stack((pose(20, 20)[:, :2], np.arange(17) % 2))
    joints[::2, :2] = np.nan
    label = BoxLabeller(cast("MultiPose", found)).label(RawImage("a", IMAGE, joints=joints))
    assert len(label.boxes) == 2
    assert (label.keypoints[0, 1::2, 3] == 1).all()
    assert (label.keypoints[0, ::2] == 0).all()
    assert (label.keypoints[1] == 0).all()
    assert len(label.unsure) == 1
    assert not label.complete
