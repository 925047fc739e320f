"""Promises of research.falls.eye: what furniture hides."""

from __future__ import annotations

import numpy as np

from research.falls.eye import Furniture


def test_furniture_hides_what_is_low_behind_it() -> None:
    """Not what is high, in front of it, or beside it."""
    board = Furniture(np.array([[-1.0, 0.0], [1.0, 0.0]]), 0.8)
    points = np.array([[0, 0.2, -1], [0, 1.5, -1], [0, 0.2, 1], [5, 0.2, -1]], np.float64)
    assert board.hides(points, np.array([0.0, 1.2, 4.0])).tolist() == [True, False, False, False]
