import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from research.people.inference import Found, found, keypoint_box
from research.people.sight import FallFrame, best_scores, score_at_box, shares_above, threshold_for

IMAGE = np.zeros((100, 100, 3), np.uint8)
BOX = np.array([20.0, 20, 60, 80])


def answers(*people: tuple[list[float], float]) -> Found:
    boxes, scores = [box for box, _ in people], [score for _, score in people]
    return Found(np.array(boxes).reshape(-1, 4), np.array(scores), np.zeros((len(people), 17, 3)))


def test_only_a_person_at_the_annotated_place_counts() -> None:
    frame = FallFrame(IMAGE, BOX, 0)
    assert score_at_box(lambda _: answers(([70, 70, 99, 99], 0.9), ([22, 20, 60, 75], 0.4)), frame) == 0.4
    assert score_at_box(lambda _: answers(([70, 70, 99, 99], 0.9)), frame) == 0
    assert score_at_box(lambda _: answers(), frame) == 0


def test_the_shares_are_of_each_phase() -> None:
    frames = [FallFrame(IMAGE, BOX, phase) for phase in (0, 0, 1, 2)]
    assert shares_above(np.array([0.1, 0.3, 0.5, 0.7]), frames, 0.25) == [0.5, 1, 1]


def test_the_threshold_lets_the_allowed_share_of_empty_rooms_through() -> None:
    scores = np.linspace(0, 0.99, 100)
    threshold = threshold_for(scores, 0.02)
    assert (scores >= threshold).sum() == 2


def test_the_best_score_of_an_image_in_which_no_person_is_found_is_nothing() -> None:
    assert best_scores(lambda _: answers(), [IMAGE]).tolist() == [0]


def test_a_box_lies_round_the_seen_keypoints_with_a_margin() -> None:
    keypoints = np.zeros((17, 3))
    keypoints[:4] = [[20, 20, 0.9], [60, 20, 0.9], [60, 120, 0.9], [20, 120, 0.9]]
    assert keypoint_box(keypoints).tolist() == [10, 10, 70, 130]
    assert found(keypoints[None], np.array([0.5])).boxes.shape == (1, 4)
    assert found(np.zeros((0, 17, 3)), np.zeros(0)).boxes.shape == (0, 4)
