"""Promises of marks: they find the held-out clips again, and name no one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from own_recordings import recording

from haredge.datasets.held_out import held_out_clips, mark_of
from haredge.datasets.recorded import pieces

(POSES,) = pieces(recording("a", 0, 2, 1.0))


@given(st.lists(st.text(max_size=5)), st.sets(st.text(max_size=5)))
def test_marked_groups_are_found_again(groups: list[str], held_out: set[str]) -> None:
    """All clips of the marked groups and no others, in their order."""
    clips = [replace(POSES, group=group) for group in groups]
    found = held_out_clips(clips, [mark_of(group) for group in held_out])
    assert [clip.group for clip in found] == [group for group in groups if group in held_out]


@given(st.text(min_size=4))
def test_a_mark_does_not_hold_the_name(group: str) -> None:
    """A model is published; who its test videos show is not."""
    assert group not in mark_of(group) or set(group) <= set("0123456789abcdef")
