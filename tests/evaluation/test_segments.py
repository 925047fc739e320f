"""The activities that were reported of a video, compared with its labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.timeline import Span
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.evaluation.segments import SILENT, SegmentScores, score, sum_scores

LABELS = (*SILENT, "walking", "squat", "waving")

reported = st.lists(st.tuples(st.sampled_from(LABELS), st.floats(0.1, 100)), max_size=12)


def spans(*parts: tuple[str, float]) -> list[Span]:
    """Make spans of labels and seconds, one after the other."""
    made, start_s = [], 5.0
    for label, seconds in parts:
        made.append(Span(label, start_s, start_s + seconds, 0.9))
        start_s += seconds
    return made


def test_time_is_right_silent_or_wrong() -> None:
    """A video's labels are correct, `no_person` and `unknown` silent, others wrong, counted as they begin."""
    verdict = score(
        spans((NO_PERSON, 2), ("walking", 3), ("waving", 1), (UNKNOWN, 4), ("waving", 2), ("squat", 8)),
        {"walking", "squat"},
    )
    assert verdict.right_s == pytest.approx(11)
    assert verdict.wrong_s == pytest.approx(3)
    assert verdict.false_activities == 2
    assert verdict.length_s == pytest.approx(20)
    assert verdict.false_an_hour == pytest.approx(360)
    assert verdict.share(verdict.right_s) == pytest.approx(0.55)
    assert verdict.told_s == pytest.approx({NO_PERSON: 2, "walking": 3, "waving": 3, UNKNOWN: 4, "squat": 8})


def test_where_nothing_is_to_be_reported_every_activity_is_false() -> None:
    """A video without labels makes each activity a false one; silence is none."""
    assert score(spans((UNKNOWN, 3), ("walking", 1), (NO_PERSON, 2)), ()).false_activities == 1
    assert score(spans((UNKNOWN, 3), (NO_PERSON, 2)), ()).false_activities == 0


def test_of_no_time_nothing_can_be_said() -> None:
    """Shares and rates of an empty video are None, not zero."""
    assert SegmentScores().false_an_hour is None
    assert SegmentScores().share(0) is None


@given(reported, st.sets(st.sampled_from(LABELS[2:])))
def test_every_second_is_counted_once(parts: list[tuple[str, float]], true: set[str]) -> None:
    """Right, wrong and silent seconds add up to the video."""
    verdict = score(spans(*parts), true)
    silent_s = sum(verdict.told_s.get(label, 0) for label in SILENT)
    assert verdict.right_s + verdict.wrong_s + silent_s == pytest.approx(sum(seconds for _, seconds in parts))
    assert verdict.length_s == pytest.approx(sum(seconds for _, seconds in parts))


@given(reported, reported, st.sets(st.sampled_from(LABELS[2:])))
def test_videos_add_up(first: list[tuple[str, float]], second: list[tuple[str, float]], true: set[str]) -> None:
    """Two videos evaluated apart and put together are one video that shows both."""
    apart, one = (
        sum_scores([score(spans(*first), true), score(spans(*second), true)]),
        score(spans(*first, *second), true),
    )
    assert apart.false_activities == one.false_activities
    assert (apart.right_s, apart.wrong_s) == pytest.approx((one.right_s, one.wrong_s))
    assert apart.told_s == pytest.approx(one.told_s)
