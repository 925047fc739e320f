"""Promises of the charts: what has nothing to show is left out, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from haredge.evaluation.images import ImageScores
from haredge.training.charts import draw_confusion, occurring


def test_labels_without_clips_have_no_row() -> None:
    """A column they have if they were an answer: that is a mistake to be seen."""
    confusion = np.array([[3, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 5]])
    rows, columns = occurring(confusion)
    assert rows.tolist() == [0, 3]
    assert columns.tolist() == [0, 2, 3]
    assert confusion[np.ix_(rows, columns)].sum() == confusion.sum()


def test_a_label_that_is_never_recognised_keeps_its_column() -> None:
    """Its row is of clips, all of them wrong."""
    rows, columns = occurring(np.array([[0, 2], [0, 4]]))
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [0, 1])


def test_many_labels_are_drawn_smaller(tmp_path: Path) -> None:
    """At the size of a few, 350 labels would take 8 GB of memory, and the training that is about to be saved."""
    pytest.importorskip("matplotlib")
    labels = tuple(f"label {number}" for number in range(100))
    chart = tmp_path / "confusion.png"
    draw_confusion(ImageScores(labels, np.eye(100, dtype=np.int64), 0.0, 1.0), chart)
    width, height = (int.from_bytes(chart.read_bytes()[at : at + 4], "big") for at in (16, 20))
    assert 1000 < height <= width < 3500
