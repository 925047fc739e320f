"""How a pose network errs, keypoint by keypoint: what a training on its poses should imitate."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import MIRROR, NAMES
from haredge.evaluation import keypoint_metrics

MISSED_SCORE: Final = 0.3
"""A labelled keypoint with a lower score counts as missed."""
GROSS: Final = 0.2
"""An error larger than this share of the person's size is a blunder, not jitter."""


def statistics(found: NDArray[np.floating], labels: NDArray[np.floating]) -> dict[str, Any]:
    """Compare (n, 17, 3) found keypoints with (n, 17, 3) labels x, y, labelled; errors as shares of the person's size.

    For each keypoint ``jitter`` is the spread of a small error along one axis, ``gross`` the share of larger ones,
    ``swapped`` of those that lie on the other side's keypoint, ``missed`` of those with a low score.
    """
    size = keypoint_metrics.person_size_px(labels)[:, None]
    apart = keypoint_metrics.distances_px(found, labels) / size
    mirrored = labels[:, list(MIRROR)]
    other = keypoint_metrics.distances_px(found, mirrored) / size
    # Where left and right lie on each other, a swap cannot be recognised.
    sides = np.linalg.norm(labels[..., :2] - mirrored[..., :2], axis=-1) / size
    distinct = (labels[..., 2] > 0) & (mirrored[..., 2] > 0) & (sides > 0.1)
    swapped = np.where(distinct, (other < 0.5 * apart) & (other < 0.1), np.nan)
    missed = np.where(labels[..., 2] > 0, found[..., 2] < MISSED_SCORE, np.nan)
    columns = {"gross": _gross(apart), "swapped": swapped, "missed": missed}
    return {
        "unit": "share of the longer side of the box round the labelled keypoints",
        "pictures": len(labels),
        "keypoints": {
            name: {
                "jitter": _rounded(_jitter(apart[:, k])),
                **{kind: _rounded(keypoint_metrics.mean(values[:, k])) for kind, values in columns.items()},
            }
            for k, name in enumerate(NAMES)
        },
    }


def _gross(apart: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.where(np.isnan(apart), np.nan, apart > GROSS)


def _jitter(apart: NDArray[np.floating]) -> float:
    """Return the standard deviation along one axis of the errors that are not blunders."""
    small = apart[apart <= GROSS]
    return float(np.sqrt((small**2).mean() / 2)) if small.size else float("nan")


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)
