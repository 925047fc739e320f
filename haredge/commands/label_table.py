"""A table of the labels of what was measured: how often each was right, and what it was taken for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from haredge.evaluation.by_label import ByLabel


def by_label(measured: ByLabel, of: str) -> Iterator[str]:
    """Yield the table's lines, for the labels of which there were any; ``of`` is what was measured, such as clips."""
    clips = measured.confusion.sum(axis=1)
    width = max(20, *(len(label) for label in measured.labels))
    yield f"{'label':{width}} {of:>6} {'precision':>9} {'recall':>7} {'F1':>6}  taken for"
    columns = (measured.precision, measured.recall, measured.f1)
    for index, label in enumerate(measured.labels):
        if clips[index]:
            # A label that was never predicted has no precision.
            precision, recall, f1 = ("-" if np.isnan(column[index]) else f"{column[index]:.3f}" for column in columns)
            mistakes = _mistakes(measured, index)
            yield f"{label:{width}} {clips[index]:6} {precision:>9} {recall:>7} {f1:>6}  {mistakes}".rstrip()


def _mistakes(measured: ByLabel, true: int) -> str:
    """Name what clips or images of one label were taken for, the most frequent first."""
    row = measured.confusion[true].copy()
    row[true] = 0
    return ", ".join(f"{measured.labels[answer]} {row[answer]}" for answer in np.argsort(-row) if row[answer])
