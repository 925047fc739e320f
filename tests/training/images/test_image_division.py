"""Which images train, choose and test: each label in each part, what is the same on one side."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.errors import DataError
from haredge.training.images.division import divide
from haredge.training.images.duplicates import CELLS
from haredge.training.images.reading import LabelledImages


def images(true: list[int], files: list[int]) -> LabelledImages:
    """Make images of the labels ``true``; those with the same number of a file are the same."""
    prints = np.stack([np.random.default_rng(file).random((CELLS, CELLS)) > 0.5 for file in files])
    sums = tuple(hashlib.sha256(f"{file}".encode()).hexdigest() for file in files)
    labels = tuple(f"label{index}" for index in range(max(true) + 1))
    return LabelledImages("mine", labels, np.zeros((len(true), 1, 1, 3), np.uint8), np.array(true), sums, prints)


@given(st.lists(st.integers(5, 30), min_size=2, max_size=4), st.integers(0, 3))
def test_each_label_is_in_each_part_and_duplicates_are_on_one_side(counts: list[int], repeated: int) -> None:
    """The same files appear in one part alone, whichever labels they have."""
    true = [label for label, count in enumerate(counts) for _ in range(count)]
    files = list(range(len(true)))
    true += [0] * repeated
    files += [0] * repeated
    parts = divide(images(true, files))
    whole = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(whole) == list(range(len(true)))
    for part in (parts.train, parts.validation, parts.test):
        assert {true[index] for index in part} == set(true)
    first = {index for index, file in enumerate(files) if file == 0}
    assert any(first <= set(part) for part in (parts.train, parts.validation, parts.test))
    assert parts.groups.same == repeated


def test_a_label_whose_images_are_all_the_same_is_refused() -> None:
    """There is nothing to test on."""
    with pytest.raises(DataError, match="label 'label1': 1 of its images are different, and 5 are needed"):
        divide(images([0] * 6 + [1] * 6, [*range(6), *([9] * 6)]))
