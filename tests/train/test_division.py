"""Promises of dividing recordings: nobody who is tested on is learnt from, and a model knows who that was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_recordings import recording

from haredge.core.errors import DataError
from haredge.datasets.clips import Clip
from haredge.datasets.reading import Read
from haredge.datasets.recorded import pieces
from haredge.train.course import Recordings
from haredge.train.division import divided, kept_aside, without
from haredge.train.synthetic_motions import draw_motions

(POSES,) = pieces(recording("a", 0, 2, 1.0))

PEOPLE = st.lists(
    st.builds(
        lambda label, group: replace(POSES, label=label, group=group), st.sampled_from("ab"), st.text(max_size=3)
    ),
    max_size=30,
)


def of_each(people: int, split: str = "") -> list[Clip]:
    """Give clips of both labels by so many people."""
    return [
        replace(POSES, label=label, group=f"anna {index}", split=split) for label in "ab" for index in range(people)
    ]


@given(PEOPLE, PEOPLE, st.integers(0, 9))
def test_nobody_is_on_both_sides(first: list[Clip], second: list[Clip], seed: int) -> None:
    """Whichever set somebody is in, and the groups that a model was tested on are found again by their marks."""
    first = [*of_each(5), *first]
    division = divided([Read("first", first), Read("second", second)], [], seed)
    train, test = division.recordings.clips, division.recordings.test
    assert test
    assert not {clip.group for clip in train} & {clip.group for clip in test}
    assert kept_aside(first, division.held_out) == list(test)
    assert not kept_aside(train, division.held_out)


@given(PEOPLE, PEOPLE, st.integers(0, 9))
def test_nobody_is_learnt_from_before_either(first: list[Clip], before: list[Clip], seed: int) -> None:
    """Who is tested on is left out of other recordings, too, and nobody else is; of motions likewise."""
    test = divided([Read("first", [*of_each(5), *first])], [], seed).recordings.test
    tested = {clip.group for clip in test}
    motions = [replace(motion, subject=subject) for motion in draw_motions(1)[:1] for subject in ("x", "y")]
    somebody = replace(test[0], group=motions[0].person)
    learnt = without(Recordings(before, motions, []), [*test, somebody])
    assert learnt.clips == [clip for clip in before if clip.group not in tested]
    assert learnt.motions == motions[1:]


def test_the_marks_name_nobody() -> None:
    """A model goes to others; whose videos it was tested on does not."""
    division = divided([Read("mine", of_each(5))], [], 0)
    assert division.held_out
    assert not any("anna" in mark for mark in division.held_out)


def test_the_recordings_own_split_is_kept() -> None:
    """And needs no marks."""
    division = divided([Read("mine", [*of_each(2, "train"), *of_each(3, "test")])], [], 0)
    assert [clip.split for clip in division.recordings.test] == ["test"] * 6
    assert (division.split, division.held_out) == ("the data set's own", ())


@pytest.mark.parametrize("part", ["train", "test"])
def test_half_a_split_is_an_error(part: str) -> None:
    """It names the part that is missing."""
    missing = {"train": "test", "test": "train"}[part]
    with pytest.raises(DataError, match=f"no clip is in the part '{missing}'"):
        divided([Read("mine", of_each(4, part))], [], 0)
