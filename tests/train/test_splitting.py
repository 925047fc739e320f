"""Tests of keeping recordings aside."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from haredge.train.splitting import keep_aside


@dataclass(frozen=True)
class Recording:
    """A label and whose it is."""

    label: str
    group: str


recordings = st.lists(
    st.builds(Recording, st.sampled_from("abc"), st.sampled_from("12345678")), min_size=1, max_size=60
)


@given(recordings, st.floats(0, 0.5), st.integers(0, 99))
def test_no_group_is_on_both_sides_and_no_label_is_lost(kept: list[Recording], part: float, seed: int) -> None:
    """Every recording is on one side, a group always on one, and each label is still there to be learnt."""
    use, aside = keep_aside(kept, [each.group for each in kept], part, seed)
    assert sorted(map(repr, use + aside)) == sorted(map(repr, kept))
    assert not {each.group for each in use} & {each.group for each in aside}
    assert {each.label for each in use} == {each.label for each in kept}


def test_about_the_part_asked_for_is_kept_aside_of_every_label() -> None:
    """A tenth of a hundred clips is ten clips, of each label."""
    kept = [Recording(label, f"{label}{index}") for label in "abc" for index in range(100)]
    _, aside = keep_aside(kept, [each.group for each in kept], 0.1, 0)
    assert [sum(each.label == label for each in aside) for label in "abc"] == [10, 10, 10]


def test_the_seed_decides() -> None:
    """The same seed keeps the same recordings aside, another seed others."""
    kept = [Recording("a", str(index)) for index in range(100)]
    groups = [each.group for each in kept]
    assert keep_aside(kept, groups, 0.2, 1) == keep_aside(kept, groups, 0.2, 1)
    assert keep_aside(kept, groups, 0.2, 1) != keep_aside(kept, groups, 0.2, 2)
