"""Tests of the filter that makes one person's activity steady."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.filter import ActivityFilter, FilterTimes
from haredge.activity.thresholds import Threshold
from haredge.core.labels import UNKNOWN
from haredge.core.types import Activity, Known, Prediction

LABELS = ("wave", "squat", "other")


def activity_filter(**thresholds: Threshold) -> ActivityFilter:
    return ActivityFilter(LABELS, thresholds, background_labels=("other",))


def prediction(t: float, *probabilities: float) -> Prediction:
    return Prediction(t, np.asarray(probabilities, np.float32))


def watch(
    steady: ActivityFilter, seconds: float, *probabilities: float, start: float = 0.0, hz: float = 30
) -> Activity:
    """Show the same thing for a while: probabilities, or a person who is not seen if none are given."""
    for step in range(round(seconds * hz) + 1):
        t = start + step / hz
        last = steady.update(t, bool(probabilities), prediction(t, *probabilities) if probabilities else None)
    return last


def test_a_person_of_whom_nothing_is_known_yet_is_unknown() -> None:
    """While the window fills, the answer is unknown with probability 0, since the person came."""
    steady = activity_filter()
    for step in range(31):
        activity = steady.update(7 + step / 30, seen=True, prediction=None)
    assert activity == Activity(UNKNOWN, 0.0, 7.0)


def test_a_person_is_believed_after_a_while() -> None:
    """A pose network that sees a person for less than half a second has seen a coat."""
    steady = activity_filter()
    watch(steady, 0.4, 0.3, 0.3, 0.4)
    assert not steady.settled
    watch(steady, 0.2, 0.3, 0.3, 0.4, start=0.43)
    assert steady.settled


def test_a_label_that_holds_is_given_with_its_probability_and_its_beginning() -> None:
    """A label above its threshold is given once it has held, since the time at which it began to hold."""
    activity = watch(activity_filter(), 2.0, 0.9, 0.05, 0.05)
    assert activity.label == "wave"
    assert activity.probability == pytest.approx(0.9, abs=1e-6)
    assert activity.since == 0.0


def test_a_label_under_its_threshold_is_unknown() -> None:
    """A weak favourite is not named."""
    assert watch(activity_filter(), 3.0, 0.5, 0.3, 0.2).label == UNKNOWN


def test_each_label_has_its_own_threshold() -> None:
    """The same probability is enough for one label and not for another."""
    thresholds = {"wave": Threshold(enter=0.9), "squat": Threshold(enter=0.5)}
    assert watch(activity_filter(**thresholds), 2.0, 0.7, 0.2, 0.1).label == UNKNOWN
    assert watch(activity_filter(**thresholds), 2.0, 0.2, 0.7, 0.1).label == "squat"


def test_each_label_has_its_own_minimum_duration() -> None:
    """A label with a longer minimum duration is given later."""
    slow = activity_filter(wave=Threshold(min_duration_s=2.0))
    assert watch(slow, 1.9, 1.0, 0.0, 0.0).label != "wave"
    assert watch(slow, 0.2, 1.0, 0.0, 0.0, start=1.95).label == "wave"


def test_background_labels_are_unknown() -> None:
    """However confident the classifier is of `other`, the user reads unknown."""
    assert watch(activity_filter(), 3.0, 0.0, 0.0, 1.0).label == UNKNOWN


def test_a_label_once_given_stays_until_it_is_clearly_over() -> None:
    """Between the leaving and the entering threshold the label stays; under the leaving threshold it goes."""
    steady = activity_filter()
    watch(steady, 2.0, 0.9, 0.05, 0.05)
    assert watch(steady, 3.0, 0.45, 0.05, 0.5, start=2.1).label == "wave"
    assert watch(steady, 3.0, 0.2, 0.2, 0.6, start=5.2).label == UNKNOWN


def test_a_probability_is_smoothed_over_its_time_constant() -> None:
    """Half a second after a step from 0.9 to 0.1, the probability has gone 1 - 1/e of the way."""
    steady = ActivityFilter(("wave", "squat"), {"wave": Threshold(0.3)}, times=FilterTimes(smoothing_s=0.5))
    watch(steady, 2.0, 0.9, 0.1)
    activity = watch(steady, 0.5 - 1 / 30, 0.1, 0.9, start=2.0 + 1 / 30)
    assert activity.label == "wave"
    assert activity.probability == pytest.approx(0.1 + 0.8 * np.exp(-1), abs=1e-6)


def test_a_prediction_counts_once() -> None:
    """The last prediction comes with every frame until the next: repeating it adds no confidence."""
    once, often = activity_filter(), activity_filter()
    for step in range(61):
        last = prediction(step // 10 / 3, 0.9, 0.1, 0)
        alone = once.update(step / 30, seen=True, prediction=last if step % 10 == 0 else None)
        assert often.update(step / 30, seen=True, prediction=last) == alone


def test_one_wild_prediction_changes_nothing() -> None:
    """A single frame that says something else with certainty does not move the answer."""
    steady = activity_filter()
    before = watch(steady, 2.0, 0.9, 0.05, 0.05)
    after = steady.update(2.03, seen=True, prediction=prediction(2.03, 0.0, 1.0, 0.0))
    assert (after.label, after.since) == (before.label, before.since)


@pytest.mark.parametrize("seen_s", [0.0, 0.2, 0.45])
def test_a_person_who_is_seen_for_a_moment_is_not_believed(seen_s: float) -> None:
    """A dropout is not held against who is known; it adds nothing to who is not."""
    steady = activity_filter()
    for t in np.arange(0, 3, 0.05).tolist():
        steady.update(t, t <= seen_s, None)
        assert not steady.settled


def test_a_person_who_is_not_seen_has_left_after_a_time_and_not_before() -> None:
    """Until then the person keeps the activity; the person left when the dropout became too long."""
    steady = activity_filter()
    watch(steady, 2.0, 0.9, 0.05, 0.05)
    assert watch(steady, 1.9, start=2.05).label == "wave"
    assert steady.left_at is None
    watch(steady, 0.3, start=4.0)
    assert steady.left_at == pytest.approx(2.5, abs=0.1)


def test_who_is_hidden_keeps_their_probability() -> None:
    """They are said to wave as they did, not by a probability of 0, which is that of `unknown` alone."""
    steady = activity_filter()
    waving = watch(steady, 2.0, 0.9, 0.05, 0.05)
    assert watch(steady, 1.5, start=2.05) == waving
    nothing = watch(steady, 2.0, 0.05, 0.05, 0.9, start=3.6)
    assert (nothing.label, nothing.probability) == (UNKNOWN, 0.0)
    assert watch(steady, 2.0, 0.7, 0.2, 0.1, start=5.6).probability == pytest.approx(0.7, abs=0.05)


def test_a_missed_detection_is_nothing() -> None:
    """A pose network that misses a frame does not end the activity."""
    steady = activity_filter()
    for step in range(120):
        t, seen = step / 30, step % 7 != 3
        activity = steady.update(t, seen, prediction(t, 0.9, 0.05, 0.05) if seen else None)
    assert (activity.label, activity.since) == ("wave", 0.0)


views = st.lists(
    st.tuples(
        st.floats(0.01, 1.2), st.sampled_from([(), (1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.5, 0), (0.6, 0.2, 0.2)])
    ),
    min_size=1,
    max_size=60,
)


@given(views)
def test_the_activity_never_flickers_faster_than_its_minimum_duration(
    steps: list[tuple[float, tuple[float, ...]]],
) -> None:
    """Whatever the predictions do, between two changes lies the minimum duration of what is changed to."""
    least_s = {"wave": 0.5, "squat": 1.25, UNKNOWN: 0.5}
    steady = activity_filter(squat=Threshold(min_duration_s=1.25))
    t, seen = 0.0, []
    for step_s, probabilities in steps:
        t += step_s
        shown = prediction(t, *probabilities) if probabilities else None
        activity = steady.update(t, bool(probabilities), shown)
        if steady.settled:
            seen.append((t, activity))
    changes = seen[:1] + [b for a, b in itertools.pairwise(seen) if a[1].label != b[1].label]
    for (before_t, _), (after_t, after) in itertools.pairwise(changes):
        assert after_t - before_t >= least_s[after.label] - 1e-9
        assert before_t <= after.since <= after_t


@given(
    st.lists(st.tuples(st.sampled_from([2.0, 3.0]), st.sampled_from([(0.9, 0.1, 0), (0, 1, 0), (0, 0, 1)])), max_size=6)
)
def test_the_frame_rate_does_not_matter(scenes: list[tuple[float, tuple[float, ...]]]) -> None:
    """The same scenes at 30, 15 and 10 fps give the same activities, beginning at the same times."""
    by_rate = []
    for hz in (30, 15, 10):
        steady, start, activities = activity_filter(), 0.0, []
        for seconds, probabilities in scenes:
            watch(steady, seconds - 1 / hz, *probabilities, start=start, hz=hz)
            start += seconds
            activities.append(steady.update(start, seen=True, prediction=prediction(start, *probabilities)))
        by_rate.append(activities)
    for other in by_rate[1:]:
        assert [activity.label for activity in other] == [activity.label for activity in by_rate[0]]
        for a, b in zip(by_rate[0], other, strict=True):
            assert b.since == pytest.approx(a.since, abs=0.25)


def test_labels_that_the_classifier_does_not_have_are_refused() -> None:
    """A threshold for an unknown label is a mistake, and says which label."""
    with pytest.raises(ValueError, match="dance"):
        activity_filter(dance=Threshold())


def test_a_label_is_held_while_nothing_takes_its_place() -> None:
    """Automations need not flicker with every pause; another label, or an empty view, is reported as ever."""
    steady = ActivityFilter(LABELS, {}, ("other",), FilterTimes(hold_s=5.0))
    watch(steady, 2.0, 0.9, 0.05, 0.05)
    assert watch(steady, 4.0, 0.05, 0.05, 0.9, start=2.1).label == "wave"
    assert watch(steady, 2.0, 0.05, 0.05, 0.9, start=6.2).label == UNKNOWN
    watch(steady, 2.0, 0.9, 0.05, 0.05, start=8.3)
    assert watch(steady, 2.0, 0.05, 0.9, 0.05, start=10.4).label == "squat"
    watch(steady, 3.0, start=12.5)
    assert steady.left_at is not None


@pytest.mark.parametrize(("probabilities", "after"), [((0.9, 0.05, 0.05), "wave"), ((0.05, 0.05, 0.9), UNKNOWN)])
def test_a_label_is_kept_while_the_window_fills_again(probabilities: tuple[float, ...], after: str) -> None:
    """Nothing says that who was hidden for a moment does something else; then the first prediction says what."""
    steady = ActivityFilter(LABELS, {}, ("other",), FilterTimes(refill_s=1.2))
    waving = watch(steady, 2.0, 0.9, 0.05, 0.05)
    watch(steady, 1.0, start=2.05)
    for step in range(24):
        filling = steady.update(3.1 + step / 30, seen=True, prediction=None)
    assert (filling.label, filling.since) == ("wave", waving.since)
    assert watch(steady, 0.1, *probabilities, start=3.9).label == after


def test_a_label_is_not_kept_if_the_window_does_not_fill() -> None:
    """Of who is seen too seldom for a window nothing is known."""
    steady = ActivityFilter(LABELS, {}, ("other",), FilterTimes(refill_s=1.2))
    watch(steady, 2.0, 0.9, 0.05, 0.05)
    for step in range(60):
        activity = steady.update(2.1 + step / 30, seen=True, prediction=None)
    assert activity.label == UNKNOWN


@pytest.mark.parametrize(
    "wrong", [{"hold_s": -1.0}, {"refill_s": -1.0}, {"smoothing_s": 0.0}, {"unknown_s": -1.0}, {"dropout_s": 3.0}]
)
def test_impossible_times_are_refused(wrong: dict[str, float]) -> None:
    """Times are positive, and a dropout is shorter than an empty view."""
    with pytest.raises(ValueError, match="times"):
        FilterTimes(**wrong)


def down(
    steady: ActivityFilter, seconds: float, *probabilities: float, start: float, at_once: bool = False
) -> Activity:
    """Show someone who is on the ground, as something else than the network knows."""
    for step in range(round(seconds * 15) + 1):
        t = start + step / 15
        last = steady.update(t, True, prediction(t, *probabilities), Known("lying", 0.97, at_once))
    return last


def test_who_has_fallen_lies_where_no_label_is_recognised() -> None:
    """The fall rule knows more of who is on the ground than the network, which says so once it is sure of a label."""
    steady = ActivityFilter(("falling", "lying", "other"), {"lying": Threshold(0.9)}, ("other",))
    assert watch(steady, 2.0, 0.9, 0.05, 0.05).label == "falling"
    lying = down(steady, 2.0, 0.1, 0.3, 0.6, start=2.0)
    assert lying.label == "lying"
    assert lying.probability == 0.97
    assert down(steady, 2.0, 0.9, 0.05, 0.05, start=4.1).label == "falling"
    assert watch(steady, 3.0, 0.1, 0.3, 0.6, start=6.2).label == UNKNOWN


def test_what_is_lent_is_not_recognised() -> None:
    """A label that was only lent takes as much as anything new, not as little as what is reported already."""
    steady = ActivityFilter(("falling", "lying", "other"), {"lying": Threshold(0.9)}, ("other",))
    assert down(steady, 2.0, 0.05, 0.7, 0.25, start=0.0).label == "lying"
    assert steady.recognised is None
    assert watch(steady, 3.0, 0.05, 0.7, 0.25, start=2.1).label == UNKNOWN
    assert watch(steady, 3.0, 0.01, 0.98, 0.01, start=5.2).label == "lying"
    assert watch(steady, 3.0, 0.05, 0.7, 0.25, start=8.3).label == "lying"


def test_what_is_held_is_held_against_what_is_lent() -> None:
    """`hold_s` keeps a label while no other is recognised, and nothing has happened."""
    held = ActivityFilter(("falling", "lying", "other"), {}, ("other",), FilterTimes(hold_s=3.0))
    assert watch(held, 2.0, 0.9, 0.05, 0.05).label == "falling"
    assert down(held, 2.0, 0.1, 0.1, 0.8, start=2.1).label == "falling"
    assert down(held, 3.0, 0.1, 0.1, 0.8, start=4.2).label == "lying"
    fallen = ActivityFilter(("falling", "lying", "other"), {}, ("other",), FilterTimes(hold_s=3600.0))
    assert watch(fallen, 2.0, 0.9, 0.05, 0.05).label == "falling"
    assert down(fallen, 1.0, 0.1, 0.1, 0.8, start=2.1, at_once=True).label == "lying"
    assert watch(fallen, 3.0, 0.1, 0.1, 0.8, start=3.2).label == "lying"


def test_a_model_that_does_not_know_lying_never_says_it() -> None:
    """Home Assistant lists the model's labels: no other may be published."""
    assert down(activity_filter(), 3.0, 0.3, 0.3, 0.4, start=0.0).label == UNKNOWN


def test_what_cannot_be_is_not_reported() -> None:
    """A label that is refused is not recognised, nor kept; another that is kept stays."""
    steady = activity_filter()
    for step in range(31):
        refused = steady.update(step / 30, True, prediction(step / 30, 0.9, 0.05, 0.05), None, {"wave"})
    assert refused.label == UNKNOWN
    assert watch(steady, 2.0, 0.9, 0.05, 0.05, start=1.1).label == "wave"
    for step in range(31):
        t = 3.2 + step / 30
        refused = steady.update(t, True, prediction(t, 0.9, 0.05, 0.05), None, {"wave"})
    assert refused.label == UNKNOWN
    assert watch(steady, 2.0, 0.9, 0.05, 0.05, start=5.0).label == "wave"
    for step in range(31):
        t = 7.1 + step / 30
        refused = steady.update(t, True, prediction(t, 0.5, 0.05, 0.45), None, {"wave"})
    assert refused.label == UNKNOWN
    assert watch(steady, 2.0, 0.05, 0.9, 0.05, start=8.3).label == "squat"
    for step in range(31):
        t = 10.4 + step / 30
        kept = steady.update(t, True, prediction(t, 0.48, 0.46, 0.06), None, {"wave"})
    assert kept.label == "squat"
