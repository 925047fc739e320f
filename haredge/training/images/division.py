"""Which images are trained on, which choose the best epoch, and which test: by what is the same, and by label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import DataError
from haredge.training.images.duplicates import Groups, group, share_of
from haredge.training.images.reading import LEAST, LabelledImages

TEST_PART: Final = 0.2
VALIDATION_PART: Final = 0.1

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Division:
    """Indices of images, in three parts."""

    train: Indices
    validation: Indices
    test: Indices
    groups: Groups

    @property
    def split(self) -> str:
        """How they were divided, in words."""
        return (
            f"by image, {TEST_PART:.0%} of each label to test on, {VALIDATION_PART:.0%} to choose by; the same and "
            f"nearly the same images are on one side ({self.groups.same} and {self.groups.near})"
        )


def divide(images: LabelledImages) -> Division:
    """Divide images, the same ones always alike: each label's groups in the order of a hash of their marks.

    A group with several labels goes where its first label puts it. Raises :class:`DataError` for a label with fewer
    than :data:`haredge.training.images.reading.LEAST` groups.
    """
    groups = group(images.checksums, images.fingerprints)
    part_of: dict[str, int] = {}
    for label in range(len(images.labels)):
        marks = {groups.marks[index] for index in np.flatnonzero(images.true == label)}
        fresh = sorted((mark for mark in marks if mark not in part_of), key=share_of)
        part_of |= dict(zip(fresh, _parts(len(fresh)), strict=True))
    parts = np.array([part_of[mark] for mark in groups.marks])
    train, validation, test = (np.flatnonzero(parts == part) for part in range(3))
    for index, name in enumerate(images.labels):
        if len(different := {groups.marks[place] for place in np.flatnonzero(images.true == index)}) < LEAST:
            raise DataError(f"label '{name}': {len(different)} of its images are different, and {LEAST} are needed")
    return Division(train, validation, test, groups)


def _parts(count: int) -> Iterator[int]:
    """Yield 2 for those to test on, then 1 for those to choose by, then 0."""
    test, validation = (max(1, round(share * count)) for share in (TEST_PART, VALIDATION_PART))
    for index in range(count):
        yield 2 if index < test else 1 if index < test + validation else 0
