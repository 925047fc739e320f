"""Logistic regression with missing values, into the form that the fall rule uses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from haredge.falls.evidence import LIMIT, Evidence, Weighing

Floats = NDArray[np.float64]


def fit(
    cues: Floats, names: Sequence[str], truth: NDArray[np.bool_], weight: Floats, *, ridge: float, steps: int = 40
) -> Evidence:
    """Fit the log odds of ``truth`` (n,) by ``cues`` (n, names), NaN where missing; both sides weigh alike.

    ``ridge`` is the penalty on squared weights, by cue in standard deviations, beside a total weight of 1.
    """
    sides = np.where(truth, weight / weight[truth].sum(), weight / weight[~truth].sum()) / 2
    seen = ~np.isnan(cues)
    mean = np.nansum(cues * sides[:, None], 0) / (sides[:, None] * seen).sum(0)
    deviation = np.sqrt(np.nansum((cues - mean) ** 2 * sides[:, None], 0) / (sides[:, None] * seen).sum(0))
    inputs = np.where(seen, np.clip((cues - mean) / deviation, -LIMIT, LIMIT), 0.0)
    inputs = np.concatenate([inputs, np.ones((len(inputs), 1))], 1)
    penalty = np.diag([*[ridge] * len(names), 0.0])
    weights = np.zeros(inputs.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (sides * (p - truth)) + penalty @ weights
        curve = (inputs * (sides * p * (1 - p))[:, None]).T @ inputs + penalty
        weights -= np.linalg.solve(curve + 1e-9 * np.eye(len(weights)), slope)
    weighings = {
        name: Weighing(round(float(m), 4), round(float(d), 4), round(float(w), 4))
        for name, m, d, w in zip(names, mean, deviation, weights[:-1], strict=True)
    }
    return Evidence(round(float(weights[-1]), 4), weighings)


def log_odds(model: Evidence, cues: Floats, names: Sequence[str]) -> Floats:
    """Return the log odds (n,) of rows of cues (n, names), NaN where missing."""
    total = np.full(len(cues), model.bias)
    for column, name in enumerate(names):
        weighing, values = model.weighings[name], cues[:, column]
        parts = weighing.weight * np.clip((values - weighing.mean) / weighing.deviation, -LIMIT, LIMIT)
        total += np.where(np.isnan(values), 0.0, parts)
    return total
