"""Promises of the marks of what was trained on: the same poses of a group have one, and others none."""

from __future__ import annotations

from dataclasses import replace

from own_recordings import recording

from haredge.datasets import trained_clips
from haredge.datasets.recorded import pieces
from haredge.manifest import MOST_MARKS

(ANNA,) = pieces(recording("a", 0, 2, 1.0, "anna"))
(BERT,) = pieces(recording("a", 0, 2, 1.0, "bert"))


def test_the_same_poses_of_a_group_are_known() -> None:
    """Other poses of the same name are not, nor is a copy in another group, which may have been held out."""
    marks = trained_clips.marks_of([ANNA])
    renamed, copy = replace(ANNA, name="renamed", label="b"), replace(ANNA, group="copy")
    namesake = replace(BERT, name=ANNA.name, group=ANNA.group)
    assert trained_clips.divided([renamed, copy, namesake], marks) == ([copy, namesake], [renamed])


def test_marks_are_bounded_and_name_no_one() -> None:
    """However many clips were trained on, the manifest can be read; whose they are is not in it."""
    former = [f"{number:016x}" for number in range(MOST_MARKS + 5)]
    marks = trained_clips.marks_of([ANNA, ANNA], former)
    assert len(marks) == MOST_MARKS
    assert list(marks) == sorted(set(marks))
    assert not any("anna" in mark for mark in trained_clips.marks_of([ANNA]))
