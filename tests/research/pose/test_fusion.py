from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from research.pose import fusion

Array = NDArray[np.float64]


@pytest.fixture
def person() -> Array:
    """Seventeen keypoints, all seen, of a person about 100 px tall."""
    rng = np.random.default_rng(3)
    xy = rng.uniform((0, 0), (60, 100), (17, 2))
    return np.column_stack((xy, np.full(17, 0.9)))


def at(person: Array, k: int, x: float, y: float, score: float = 0.9) -> Array:
    other = person.copy()
    other[k] = (x, y, score)
    return other


def test_agreement_is_trusted_and_lies_between(person: Array) -> None:
    """Where all opinions agree the label has full weight and lies among them."""
    other = person.copy()
    other[:, 0] += 2
    fused = fusion.fuse(person, other, None)
    assert (fused[:, 2:] == 1).all()
    assert ((fused[:, 0] > person[:, 0]) & (fused[:, 0] < other[:, 0])).all()


def test_two_teachers_at_odds_give_no_label(person: Array) -> None:
    """If two teachers point to different places, nothing is trained on."""
    fused = fusion.fuse(person, at(person, 9, 500, 500), None)
    assert fused[9, 3] == 0
    assert fused[8, 3] == 1


def test_a_majority_outvotes_the_human_label(person: Array) -> None:
    """Two teachers who agree correct a human label, with less weight than if all agreed."""
    fused = fusion.fuse(person, person, at(person, 9, 500, 500))
    np.testing.assert_allclose(fused[9, :2], person[9, :2])
    assert 0 < fused[9, 3] < 1


def test_a_teacher_and_the_human_outvote_the_other_teacher(person: Array) -> None:
    """A human label that one teacher confirms stands against the other teacher."""
    fused = fusion.fuse(at(person, 9, 500, 500), person, person)
    np.testing.assert_allclose(fused[9, :2], person[9, :2])


def test_a_lone_human_label_counts_a_little(person: Array) -> None:
    """A human label that all teachers contradict keeps little weight, and is not thrown away."""
    fused = fusion.fuse(at(person, 9, 500, 500), at(person, 9, -500, 0), person)
    np.testing.assert_allclose(fused[9, :2], person[9, :2])
    assert 0 < fused[9, 3] < 0.5


def test_seen_by_no_teacher_is_absent(person: Array) -> None:
    """A keypoint that no opinion sees is known not to be in the image, so that the network learns silence."""
    unseen = at(person, 15, 30, 90, score=0.05)
    fused = fusion.fuse(unseen, unseen, None)
    assert fused[15, 2] == 0
    assert fused[15, 3] > 0


def test_doubt_is_unknown_and_not_absent(person: Array) -> None:
    """Scores between seen and absent give no label."""
    doubtful = at(person, 15, 30, 90, score=0.17)
    assert fusion.fuse(doubtful, doubtful, None)[15, 3] == 0


def test_the_guide_s_person_is_chosen(person: Array) -> None:
    """Of answers for several people the one for the labelled person is used, though another has higher scores."""
    stranger = person + np.array([300, 0, 0.1])
    assert fusion.best_answer([stranger, person], None) is stranger
    assert fusion.best_answer([stranger, person], person) is person
