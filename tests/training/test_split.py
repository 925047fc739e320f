"""Promises of dividing recordings: no one who is tested on is trained on, and a model remembers who that was."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_recordings import recording

from haredge.core.errors import DataError
from haredge.datasets.clips import LabelledClip
from haredge.datasets.held_out import held_out_clips
from haredge.datasets.reading import Read
from haredge.datasets.recorded import pieces
from haredge.training.split import Recordings, divide, hold_out, without
from haredge.training.synthetic_motions import draw_motions

(POSES,) = pieces(recording("a", 0, 2, 1.0))
MOTION = draw_motions(1, labels=["squat"])[0]

PEOPLE = st.lists(
    st.builds(
        lambda label, group: replace(POSES, label=label, group=group), st.sampled_from("ab"), st.text(max_size=3)
    ),
    max_size=30,
)


def of_each(people: int, split: str = "") -> list[LabelledClip]:
    """Give clips of both labels by so many people."""
    return [
        replace(POSES, label=label, group=f"anna {index}", split=split) for label in "ab" for index in range(people)
    ]


@given(PEOPLE, PEOPLE, st.integers(0, 9))
def test_no_one_is_on_both_sides(first: list[LabelledClip], second: list[LabelledClip], seed: int) -> None:
    """Whichever set a person is in, and the groups that a model was tested on are found again by their marks."""
    first = [*of_each(5), *first]
    division = divide([Read("first", first), Read("second", second)], [], seed)
    train, test = division.recordings.clips, division.recordings.test
    assert test
    assert not {clip.group for clip in train} & {clip.group for clip in test}
    assert held_out_clips(first, division.held_out) == list(test)
    assert not held_out_clips(train, division.held_out)


@given(PEOPLE, PEOPLE, st.integers(0, 9))
def test_no_one_who_is_tested_on_is_trained_on_before_either(
    first: list[LabelledClip], before: list[LabelledClip], seed: int
) -> None:
    """Their clips and motions are removed from other recordings, too, and no other person's."""
    test = divide([Read("first", [*of_each(5), *first])], [], seed).recordings.test
    tested = {clip.group for clip in test}
    motions = [replace(MOTION, subject=subject) for subject in ("x", "y")]
    motions_person = replace(test[0], group=motions[0].person)
    remaining = without(Recordings(before, motions, []), [*test, motions_person])
    assert remaining.clips == [clip for clip in before if clip.group not in tested]
    assert remaining.motions == motions[1:]


def test_the_marks_hold_no_names() -> None:
    """A model goes to others; whose videos it was tested on does not."""
    division = divide([Read("mine", of_each(5))], [], 0)
    assert division.held_out
    assert not any("anna" in mark for mark in division.held_out)


def test_the_recordings_own_split_is_kept() -> None:
    """And needs no marks."""
    division = divide([Read("mine", [*of_each(2, "train"), *of_each(3, "test")])], [], 0)
    assert [clip.split for clip in division.recordings.test] == ["test"] * 6
    assert (division.split, division.held_out) == ("the data set's own", ())


@pytest.mark.parametrize("part", ["train", "test"])
def test_half_a_split_is_an_error(part: str) -> None:
    """It names the part that is missing."""
    missing = {"train": "test", "test": "train"}[part]
    with pytest.raises(DataError, match=f"no clip is in the part '{missing}'"):
        divide([Read("mine", of_each(4, part))], [], 0)


@dataclass(frozen=True)
class Labelled:
    """A label and whose it is."""

    label: str
    group: str


LABELLED = st.lists(st.builds(Labelled, st.sampled_from("abc"), st.sampled_from("12345678")), min_size=1, max_size=60)


@given(LABELLED, st.floats(0, 0.5), st.integers(0, 99))
def test_no_group_is_on_both_sides_and_no_label_is_lost(kept: list[Labelled], part: float, seed: int) -> None:
    """Every recording is on one side, a group always on one, and each label is still there to train on."""
    use, aside = hold_out(kept, [each.group for each in kept], part, seed)
    assert sorted(map(repr, use + aside)) == sorted(map(repr, kept))
    assert not {each.group for each in use} & {each.group for each in aside}
    assert {each.label for each in use} == {each.label for each in kept}


def test_about_the_part_asked_for_is_kept_aside_of_every_label() -> None:
    """A tenth of a hundred clips is ten clips, of each label."""
    kept = [Labelled(label, f"{label}{index}") for label in "abc" for index in range(100)]
    _, aside = hold_out(kept, [each.group for each in kept], 0.1, 0)
    assert [sum(each.label == label for each in aside) for label in "abc"] == [10, 10, 10]


def test_the_seed_decides() -> None:
    """The same seed holds the same recordings out, another seed others."""
    kept = [Labelled("a", str(index)) for index in range(100)]
    groups = [each.group for each in kept]
    assert hold_out(kept, groups, 0.2, 1) == hold_out(kept, groups, 0.2, 1)
    assert hold_out(kept, groups, 0.2, 1) != hold_out(kept, groups, 0.2, 2)
