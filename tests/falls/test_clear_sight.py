"""Promises of haredge.falls.clear_sight: who is seen clearly, and for how long that counts."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from stick_figure import SIZE, Stance

from haredge.falls.body import Body
from haredge.falls.clear_sight import CLEAR, CLEAR_S, UNSEEN_S, ClearSight


def seen(scores: Iterable[tuple[float, float]]) -> list[bool]:
    """Return what is said of each body, by its time and the score of its keypoints."""
    sight = ClearSight()
    return [sight.update(Body.of(Stance(score=score).pose(t), SIZE[0])) for t, score in scores]


@given(st.lists(st.floats(0.05, CLEAR - 0.01), max_size=20))
def test_who_was_never_seen_clearly_is_not(scores: list[float]) -> None:
    """However long they are there."""
    assert not any(seen((index / 8, score) for index, score in enumerate(scores)))


def test_a_clear_sight_counts_for_a_while() -> None:
    """Of a person who is seen from then on."""
    said = seen([(0.0, 0.6), *((step / 5, 0.1) for step in range(1, 10))])
    assert said == [step / 5 <= CLEAR_S for step in range(10)]


def test_it_counts_no_more_once_the_person_was_lost() -> None:
    """What is found after a while may be something else."""
    assert seen([(0.0, 0.6), (UNSEEN_S + 0.05, 0.1)]) == [True, False]
    assert seen([(0.0, 0.6), (UNSEEN_S - 0.05, 0.1)]) == [True, True]
    assert seen([(0.0, 0.6), (UNSEEN_S + 0.05, 0.6)]) == [True, True]
