"""Optimal assignment: which of some things belongs to which of some others, each to one at most."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def best_pairs(worth: NDArray[np.floating]) -> list[tuple[int, int]]:
    """Return the pairs (row, column) whose ``worth`` (rows, columns) is together the greatest, in the order of rows.

    Pairs that are not worth more than 0 are left out, so rows and columns may stay alone. This is the Hungarian method
    with potentials (Jonker and Volgenant, "A shortest augmenting path algorithm", 1987): rows² x columns steps.
    """
    gains = np.maximum(np.asarray(worth, np.float64), 0.0)
    if gains.size == 0:
        return []
    turned = gains.shape[0] > gains.shape[1]
    columns_of_rows = _cheapest(-(gains.T if turned else gains))
    pairs = [(column, row) if turned else (row, column) for row, column in enumerate(columns_of_rows)]
    return sorted(pair for pair in pairs if gains[pair] > 0)


def _cheapest(costs: NDArray[np.float64]) -> list[int]:
    """Return a column for each row, all different, of the lowest sum of costs (rows, columns); rows <= columns."""
    rows, columns = costs.shape
    if rows == 1:  # as in nearly every frame of a video
        return [int(costs[0].argmin())]
    row_potential, column_potential = np.zeros(rows), np.zeros(columns + 1)
    row_of = np.full(columns + 1, -1)  # the last column is where a search starts
    for row in range(rows):
        row_of[columns] = row
        column, before = _shortest_path(costs, row_of, row_potential, column_potential)
        while column != columns:  # each column on the path gets the row of the one before it
            row_of[column] = row_of[before[column]]
            column = int(before[column])
    found = [0] * rows
    for column, row in enumerate(row_of[:columns].tolist()):
        if row >= 0:
            found[row] = column
    return found


def _shortest_path(
    costs: NDArray[np.float64],
    row_of: NDArray[np.intp],
    row_potential: NDArray[np.float64],
    column_potential: NDArray[np.float64],
) -> tuple[int, NDArray[np.intp]]:
    """Find the shortest path from the start to a column without a row, and raise the potentials along it.

    Returns that column, and the column before each one (columns,) on its way.
    """
    columns = costs.shape[1]
    distance = np.full(columns, math.inf)
    before = np.full(columns, columns)
    done = np.zeros(columns + 1, bool)
    column = columns
    while row_of[column] >= 0:
        done[column] = True
        row = row_of[column]
        reduced = costs[row] - row_potential[row] - column_potential[:columns]
        nearer = ~done[:columns] & (reduced < distance)
        distance[nearer], before[nearer] = reduced[nearer], column
        column = int(np.where(done[:columns], math.inf, distance).argmin())
        step = distance[column]
        row_potential[row_of[done]] += step
        column_potential[done] -= step
        distance[~done[:columns]] -= step
    return column, before
