"""One training from labelled images to a still model that has proved itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np

from haredge.core.counted import counted
from haredge.training.data_warnings import too_few, unevenness
from haredge.training.export import check_int8
from haredge.training.history import History
from haredge.training.images.division import Division, Indices
from haredge.training.images.fit import Plan, Report, fit
from haredge.training.images.packing import Examples, Packed, pack
from haredge.training.images.reading import LabelledImages
from haredge.training.images.start import Start

MOST_LOST: Final = 0.01
"""Most accuracy that the int8 file may lose against the float network."""


def train(
    images: LabelledImages, division: Division, start: Start, plan: Plan, report: Report
) -> tuple[Packed, History]:
    """Train, calibrate, convert to int8 and measure both on the test images.

    Raises :class:`DataError` if the int8 file lost too much.
    """
    known, validation, test = (
        Examples(images.images[part], images.true[part])
        for part in (division.train, division.validation, division.test)
    )
    weights, history = fit(known, validation, start, plan, report)
    packed = pack(images.labels, weights, known.images, validation, test)
    check_int8(packed.float32.accuracy, packed.int8.accuracy, len(test.true), MOST_LOST, "images")
    return packed, history


def data_warnings(images: LabelledImages, division: Division) -> Iterator[str]:
    """Yield a line for what was found of duplicates, and for each reason why the scores to come mean little."""
    groups = division.groups
    if groups.same or groups.near:
        same = counted(groups.same, "image is", "images are")
        yield f"{same} another one, and {groups.near} nearly: each with its like on one side"
    trained, tested = (_counts(images, part) for part in (division.train, division.test))
    yield from too_few({label: tested[label] for label in images.labels}, "images")
    yield from unevenness(trained, "image", "add some")


def _counts(images: LabelledImages, part: Indices) -> Counter[str]:
    return Counter(images.labels[index] for index in np.asarray(images.true)[part])
