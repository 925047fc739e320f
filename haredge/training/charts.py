"""Charts of a training: its curves, and what was taken for what."""

from __future__ import annotations

import warnings
from pathlib import Path

from haredge.evaluation.windows import WindowScores
from haredge.training.history import History


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


def draw_confusion(measured: WindowScores, path: Path) -> None:
    """Draw the confusion matrix into a PNG file: rows are true labels, columns answers, numbers are clips."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (heavy, and an extra)

    labels, side = measured.labels, 2.5 + 0.38 * len(measured.labels)
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.subplots()
    rows = measured.confusion.sum(axis=1, keepdims=True)
    axes.imshow(measured.confusion / rows.clip(min=1), cmap="Blues", vmin=0, vmax=1)
    # A label may be any text: a "$" in it begins no formula.
    axes.set_xticks(range(len(labels)), labels, rotation=90, parse_math=False)
    axes.set_yticks(range(len(labels)), labels, parse_math=False)
    axes.set(xlabel="answer", ylabel="true label", title=f"{measured.accuracy:.1%} of {rows.sum()} clips right")
    for row, column in zip(*measured.confusion.nonzero(), strict=True):
        share = measured.confusion[row, column] / rows[row, 0]
        colour = "white" if share > 0.6 else "black"
        axes.text(column, row, measured.confusion[row, column], ha="center", va="center", color=colour, fontsize=8)
    with warnings.catch_warnings():
        # A script that the font lacks is drawn as boxes; the model card has the labels.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(path, dpi=100)
