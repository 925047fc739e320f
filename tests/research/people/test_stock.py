"""Everyone in a photograph counts once: found, missed, mistaken for another."""

from pathlib import Path

import numpy as np
import pytest

from research.people.inference import Found, keypoint_box
from research.people.shelf import LabelledImage, Shelf, ShelfWriter
from research.people.stock import SOURCE, StockScores, labelled_by_eye, measure

IMAGE = np.zeros((200, 300, 3), np.uint8)


def pose(left: float, top: float, size: float = 80) -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.column_stack((np.array((left, top)) + rng.uniform(0, size, (17, 2)), np.ones(17)))


def shelf(folder: Path, *people: np.ndarray, complete: bool = True) -> Shelf:
    labels = np.array([person[:, [0, 1, 2, 2]] for person in people], np.float32).reshape(-1, 17, 4)
    boxes = np.array([keypoint_box(person) for person in people], np.float32).reshape(-1, 4)
    ShelfWriter(folder, SOURCE).add(IMAGE, LabelledImage("a", labels, boxes, complete=complete))
    return Shelf(folder, SOURCE)


def score(shelf_: Shelf, *people: np.ndarray, scores: float = 0.9) -> StockScores:
    boxes = np.array([keypoint_box(person) for person in people]).reshape(-1, 4)
    answer = Found(boxes, np.full(len(people), scores), np.array(people).reshape(-1, 17, 3))
    return measure(lambda _: answer, shelf_, 0.5)


def test_everybody_where_they_are_labelled_is_perfect(tmp_path: Path) -> None:
    both = (pose(20, 20), pose(180, 60))
    assert score(shelf(tmp_path, *both), *both) == StockScores(1.0, 2, 1.0, 0.0, 0.0)


def test_whom_nobody_labelled_is_false_and_whom_nobody_found_is_missed(tmp_path: Path) -> None:
    here, there, elsewhere = pose(10, 10), pose(180, 10), pose(100, 110)
    one = score(shelf(tmp_path, here, there), here, elsewhere)
    assert (one.found, one.false) == (0.5, 1.0)
    assert one.pck == pytest.approx(0.5)


def test_a_score_below_the_threshold_finds_nobody(tmp_path: Path) -> None:
    here, there = pose(10, 10), pose(180, 10)
    assert score(shelf(tmp_path, here, there), here, there, scores=0.4).found == 0


def test_where_not_everybody_is_labelled_nobody_is_false(tmp_path: Path) -> None:
    one = score(shelf(tmp_path, pose(10, 10), complete=False), pose(180, 90))
    assert np.isnan(one.false)


def test_a_hand_on_another_persons_hand_is_the_others(tmp_path: Path) -> None:
    here, there = pose(10, 10), pose(110, 10)
    mixed = here.copy()
    mixed[9] = there[9]
    assert score(shelf(tmp_path, here, there), mixed, there).strangers == pytest.approx(1 / 34)


def test_small_people_are_neither_missed_nor_false(tmp_path: Path) -> None:
    here, small, other = pose(10, 10), pose(200, 20, size=15), pose(200, 120, size=15)
    one = score(shelf(tmp_path, here, small), here, other)
    assert (one.people, one.found, one.false) == (1, 1.0, 0.0)


def test_a_person_who_is_labelled_by_eye_is_not_false(tmp_path: Path) -> None:
    """Though the two networks whose labels they are did not see them."""
    here, there = pose(10, 10), pose(180, 90)
    boxes = np.array([keypoint_box(here), keypoint_box(there)])
    answer, known = Found(boxes, np.ones(2), np.array([here, there])), shelf(tmp_path, here)
    assert measure(lambda _: answer, known, 0.5).false == 1.0
    assert measure(lambda _: answer, known, 0.5, {"a": boxes[1:]}).false == 0.0


def test_each_box_that_is_labelled_by_eye_has_pixels() -> None:
    """A mistake in the file would make a person false, or a thing a person."""
    for boxes in labelled_by_eye().values():
        assert (boxes[:, :2] >= 0).all()
        assert (boxes[:, 2:] > boxes[:, :2]).all()
