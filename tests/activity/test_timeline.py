"""Which activity was when."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.timeline import Span, Timeline, as_csv, as_json
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Activity


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
    spans = [Span("wave, both", 0.0, 1.25, 0.91234567)]
    row = {"start_s": 0.0, "end_s": 1.25, "duration_s": 1.25, "activity": "wave, both", "probability": 0.9123}
    assert json.loads(as_json(spans)) == [row]
    assert list(csv.DictReader(io.StringIO(as_csv(spans)))) == [{key: str(value) for key, value in row.items()}]
