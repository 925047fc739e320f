"""Charts of a training: its curves, and what was taken for what."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.evaluation.by_label import ByLabel
from haredge.training.history import History

CELL: Final = 0.38
"""Inches of a label in the confusion matrix, at 100 pixels each."""
LARGEST: Final = 30.0
"""Inches of all labels at most: those of more than 78 labels are smaller, as memory would grow with their square."""


def draw_curves(history: History, path: Path) -> None:
    """Draw loss, training accuracy and validation score by epoch into a PNG file."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (heavy, and an extra)

    figure = Figure(figsize=(8, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    curves = (
        (left, history.loss, "loss"),
        (right, history.accuracy, "training accuracy (noisy examples)"),
        (right, history.score, "validation score"),
    )
    for axes, curve, label in curves:
        axes.plot(range(1, len(curve) + 1), curve, marker=".", label=label)
    left.set(xlabel="epoch", ylabel="loss")
    right.set(xlabel="epoch", ylabel="share")
    right.legend()
    figure.savefig(path, dpi=100)


def occurring(confusion: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the indices of labels that have clips, and of those that were an answer or have clips.

    Rows and columns of zeros alone would hide the others among them.
    """
    there = confusion.sum(axis=1) > 0
    return np.flatnonzero(there), np.flatnonzero(there | (confusion.sum(axis=0) > 0))


def draw_confusion(measured: ByLabel, path: Path, of: str = "clips") -> None:
    """Draw the confusion matrix into a PNG file: rows are true labels, columns answers, numbers are clips or images.

    Labels without any have no row, and those that were no answer either no column.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415  (heavy, and an extra)

    rows, columns = occurring(measured.confusion)
    clips = measured.confusion[np.ix_(rows, columns)]
    cell = min(CELL, LARGEST / len(columns))  # no fewer than the rows
    size = cell / CELL
    figure = Figure(figsize=(2.5 + cell * len(columns), 2.5 + cell * len(rows)), layout="constrained")
    axes = figure.subplots()
    totals = clips.sum(axis=1, keepdims=True)
    axes.imshow(clips / totals, cmap="Blues", vmin=0, vmax=1)
    # A label may be any text: a "$" in it begins no formula.
    axes.set_xticks(range(len(columns)), [measured.labels[index] for index in columns], rotation=90, parse_math=False)
    axes.set_yticks(range(len(rows)), [measured.labels[index] for index in rows], parse_math=False)
    axes.tick_params(labelsize=10 * size)
    axes.set(
        xlabel="answer",
        ylabel="true label",
        title=f"{measured.confusion.trace() / totals.sum():.1%} of {totals.sum()} {of} correct",
    )
    for row, column in zip(*clips.nonzero(), strict=True):
        colour = "white" if clips[row, column] / totals[row, 0] > 0.6 else "black"
        axes.text(column, row, clips[row, column], ha="center", va="center", color=colour, fontsize=8 * size)
    with warnings.catch_warnings():
        # A script that the font lacks is drawn as boxes; the model card has the labels.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(path, dpi=100)
