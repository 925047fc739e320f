"""Tests of joining windows that overlap."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haredge.datasets.formats.overlapping import joined


@given(st.integers(4, 40), st.integers(1, 12), st.lists(st.integers(0, 6), min_size=1, max_size=5), st.integers(0, 99))
def test_recordings_come_out_as_they_went_in(length: int, step: int, counts: list[int], seed: int) -> None:
    """Cut into windows that overlap, and joined again, each recording is whole and by itself."""
    step = min(step, length - 1)
    rng = np.random.default_rng(seed)
    recordings = [rng.normal(size=(length + count * step, 2)) for count in counts]
    cut = [r[start : start + length] for r in recordings for start in range(0, len(r) - length + 1, step)]
    whole = [frames for _, frames in joined(np.array(cut), ["a"] * len(cut))]
    assert len(whole) == len(recordings)
    for frames, recording in zip(whole, recordings, strict=True):
        np.testing.assert_array_equal(frames, recording)


def test_another_label_and_empty_frames_join_nothing() -> None:
    """Frames that are all missing are alike without being the same, and a label begins again."""
    empty = np.zeros((2, 8, 2))
    assert [first for first, _ in joined(empty, ["a", "a"])] == [0, 1]
    line = np.arange(1.0, 25).reshape(12, 2)
    windows = np.array([line[:8], line[4:]])
    assert [len(frames) for _, frames in joined(windows, ["a", "a"])] == [12]
    assert [first for first, _ in joined(windows, ["a", "b"])] == [0, 1]
