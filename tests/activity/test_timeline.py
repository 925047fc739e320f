"""Which activity was when."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.timeline import PeopleTimeline, Span, Timeline, as_csv, as_json, from_rows, rows_of
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Activity, Frame, Observation, Person, Pose


def timeline(*activities: tuple[float, str, float], keep_s: float = float("inf")) -> Timeline:
    made = Timeline(keep_s)
    for t, label, since in activities:
        made.add(Activity(label, 0.5, since), t)
    return made


def test_an_activity_is_one_span_from_its_since() -> None:
    """The span before ends where the activity began, which is before it was believed."""
    spans = timeline((0, NO_PERSON, 0), (1, NO_PERSON, 0), (2, "wave", 1.4), (3, "wave", 1.4)).spans()
    assert [(span.label, span.start_s, span.end_s) for span in spans] == [(NO_PERSON, 0, 1.4), ("wave", 1.4, 3)]


def test_what_turns_out_to_have_been_something_else_is_forgotten() -> None:
    """A span that would have no time left is dropped."""
    spans = timeline((0, NO_PERSON, 0), (0.5, UNKNOWN, 0.4), (1, "wave", 0.2)).spans()
    assert [(span.label, span.start_s, span.end_s) for span in spans] == [(NO_PERSON, 0, 0.2), ("wave", 0.2, 1)]


def test_a_new_span_is_told() -> None:
    """The caller learns when there is something new to draw."""
    made = Timeline()
    assert made.add(Activity("wave", 0.7, 0.0), 0.0)
    assert not made.add(Activity("wave", 0.9, 0.0), 1.0)
    assert made.add(Activity("wave", 0.9, 1.5), 2.0)
    assert [span.probability for span in made.spans()] == [0.9, 0.9]


def test_the_past_is_forgotten() -> None:
    """A view of the last hour needs no more memory after a month."""
    made = timeline(*((float(t), str(t), float(t)) for t in range(100)), keep_s=10)
    assert [span.label for span in made.spans()] == [str(t) for t in range(88, 100)]


def test_a_film_that_starts_again_starts_a_new_timeline() -> None:
    """Time that steps back leaves nothing of before."""
    assert [s.label for s in timeline((5, "a", 5), (6, "a", 5), (0, "b", 0)).spans()] == ["b"]


@given(st.lists(st.tuples(st.floats(0.01, 5), st.sampled_from(["a", "b", "c"]), st.floats(0, 3)), max_size=40))
def test_spans_leave_no_gap_and_do_not_overlap(steps: list[tuple[float, str, float]]) -> None:
    """Each span begins where the one before ends, whatever is added."""
    made, t, since, last = Timeline(), 0.0, 0.0, ""
    for step, label, back in steps:
        t += step
        if label != last:
            since, last = max(since, t - back), label
        made.add(Activity(label, 0.5, since), t)
    spans = made.spans()
    assert all(before.end_s == after.start_s for before, after in pairwise(spans))
    assert all(span.start_s <= span.end_s for span in spans)
    assert not spans or spans[-1].end_s == t


def test_tables_hold_the_spans() -> None:
    """CSV and JSON hold the same, also of a label with a comma."""
    spans = [Span("wave, both", 0.0, 1.25, 0.91234567, 2)]
    row = {
        "start_s": 0.0,
        "end_s": 1.25,
        "duration_s": 1.25,
        "activity": "wave, both",
        "probability": 0.9123,
        "person": 2,
    }
    assert json.loads(as_json(spans)) == [row]
    assert from_rows(json.loads(as_json(spans))) == [replace(spans[0], probability=0.9123)]
    assert list(csv.DictReader(io.StringIO(as_csv(spans)))) == [{key: str(value) for key, value in row.items()}]


def observed(t: float, people: Sequence[tuple[int, str, float]], scene: tuple[str, float] | None = None) -> Observation:
    """Return an observation of people by number, label and since; the first one's activity is the scene's."""
    there = tuple(Person(number, None, None, Activity(label, 0.5, since)) for number, label, since in people)
    activity = Activity(scene[0], 1.0, scene[1]) if scene else there[0].activity
    return Observation(Frame(0, t, np.zeros((2, 2, 3), np.uint8)), there, activity)


def told(made: PeopleTimeline) -> list[tuple[int | None, str, float, float]]:
    return [(span.person, span.label, span.start_s, span.end_s) for span in made.spans()]


def test_each_person_has_spans_of_their_own() -> None:
    """And time without people is there once; who leaves an empty room behind has left when it became empty."""
    made = PeopleTimeline()
    assert made.add(observed(0, [], (NO_PERSON, 0)))
    assert made.add(observed(2, [(1, "wave", 1)]))
    assert made.add(observed(3, [(1, "wave", 1), (2, "squat", 2.5)]))
    assert not made.add(observed(4, [(1, "wave", 1), (2, "squat", 2.5)]))
    assert made.add(observed(5, [(2, "squat", 2.5)]))
    assert made.add(observed(7, [], (NO_PERSON, 6)))
    assert told(made) == [
        (None, NO_PERSON, 0, 1),
        (1, "wave", 1, 4),
        (2, "squat", 2.5, 5),
        (None, NO_PERSON, 6, 7),
    ]


def test_who_leaves_others_behind_has_left_when_they_were_last_detected() -> None:
    """They count as being in view for two seconds more, but what they did then is not known."""
    made, pose = PeopleTimeline(), Pose(0.0, np.ones((17, 3), np.float32))
    for t in range(8):
        there = observed(t, [(1, "wave", 0), (2, "squat", 0)] if t < 6 else [(2, "squat", 0)])
        people = tuple(replace(each, pose=pose if each.id == 2 or t < 4 else None) for each in there.people)
        made.add(replace(there, people=people))
    assert told(made) == [(1, "wave", 0, 3), (2, "squat", 0, 7)]


def test_who_is_not_believed_yet_is_in_no_table() -> None:
    """A glimpse of a chair does not become a person."""
    made = PeopleTimeline()
    glimpse = Person(1, None, None, Activity(UNKNOWN, 0.0, 0), settled=False)
    made.add(replace(observed(0, [], (NO_PERSON, 0)), people=(glimpse,)))
    assert told(made) == [(None, NO_PERSON, 0, 0)]


def test_people_who_come_and_go_all_day_are_forgotten() -> None:
    """After a while, and the first ones first if there are too many."""
    made = PeopleTimeline(keep_s=60, most=20)
    for t in range(3600):
        made.add(observed(t, [(1 + t // 2, "wave", t - t % 2)]))
    assert len(made.spans()) == 20
    assert made.spans()[-1].person == 1800
    made.add(observed(5000, [], (NO_PERSON, 3600)))
    assert told(made) == [(None, NO_PERSON, 3600, 5000)]


def test_a_video_that_starts_again_starts_from_scratch() -> None:
    """Its end is not carried into its beginning."""
    made = PeopleTimeline()
    made.add(observed(5, [(1, "wave", 5)]))
    made.add(observed(0, [(2, "wave", 0)]))
    assert told(made) == [(2, "wave", 0, 0)]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 30)), max_size=30), st.integers(1, 6))
def test_no_two_people_overlap_on_a_row(stays: list[tuple[float, float]], most: int) -> None:
    """No two people share a row while there is an empty one; who is alone, or comes when a row is free, has one."""
    spans = [Span("wave", start, start + length, 1, number) for number, (start, length) in enumerate(stays, 1)]
    rows = rows_of(spans, most)
    assert set(rows.values()) <= set(range(most))
    assert len(set(rows.values())) == min(most, len(stays))
    for a, b in combinations((span for span in spans if span.person in rows), 2):
        if rows[a.person or 0] == rows[b.person or 0]:
            assert a.end_s <= b.start_s or b.end_s <= a.start_s
    for span in spans:
        if span.person not in rows:
            others = [each for each in spans if each.person in rows and each.start_s <= span.start_s < each.end_s]
            assert len(others) >= most
