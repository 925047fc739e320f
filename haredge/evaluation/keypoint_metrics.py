"""How near found keypoints are to labelled ones: PCK and OKS.

Found keypoints are (..., 17, 3) x, y in pixels, score; all NaN if no person was found, which counts as a miss of every
keypoint. Labels are (..., 17, 3) x, y in pixels, visibility; 0 stands for a keypoint that is not labelled, which
counts for nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from haredge.core.keypoints import INDEX, NAMES

Floats = NDArray[np.float64]

LIMB_JOINTS: Final = tuple(range(INDEX["left_shoulder"], len(NAMES)))
"""The twelve joints from shoulders to ankles, without the face."""

OKS_SIGMAS: Final = np.array([0.026, *np.repeat([0.025, 0.035, 0.079, 0.072, 0.062, 0.107, 0.087, 0.089], 2)])
"""COCO's spread of human labels of each keypoint, as a share of the root of the person's area."""

BOX_FILLED: Final = 0.53
"""Share of a person's box that the person fills, on average: stands for the area where only the box is known."""


def distances_px(found: NDArray[np.floating], labels: NDArray[np.floating]) -> Floats:
    """Return (..., 17) distances; infinite if nothing was found, NaN if nothing is labelled."""
    apart: Floats = np.linalg.norm(found[..., :2].astype(np.float64) - labels[..., :2], axis=-1)
    return np.where(labels[..., 2] > 0, np.nan_to_num(apart, nan=np.inf), np.nan)


def torso_px(labels: NDArray[np.floating]) -> Floats:
    """Return (...) distances from the middle of the shoulders to the middle of the hips; NaN without those four."""
    points = labels[..., :2].astype(np.float64)
    shoulders = points[..., [INDEX["left_shoulder"], INDEX["right_shoulder"]], :].mean(-2)
    hips = points[..., [INDEX["left_hip"], INDEX["right_hip"]], :].mean(-2)
    four = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("shoulder", "hip")]
    labelled = (labels[..., four, 2] > 0).all(-1)
    return np.where(labelled, np.linalg.norm(shoulders - hips, axis=-1), np.nan)


def person_size_px(labels: NDArray[np.floating]) -> Floats:
    """Return (...) longer sides of the boxes round the labelled keypoints; NaN if none is labelled."""
    sides: Floats = _box_sides(labels).max(-1)
    return sides


def person_area_px(labels: NDArray[np.floating]) -> Floats:
    """Return (...) areas that the persons fill, guessed from the boxes round the labelled keypoints."""
    sides = _box_sides(labels)
    # A person seen from the side, or with few labelled keypoints, is not a line.
    area: Floats = np.maximum(sides, 0.25 * sides.max(-1, keepdims=True)).prod(-1) * BOX_FILLED
    return area


def hits(apart_px: NDArray[np.floating], limit_px: ArrayLike) -> Floats:
    """Return (..., 17) 1 for a keypoint nearer than the person's limit (...), 0 for one that is not, NaN unlabelled."""
    limit = np.asarray(limit_px, np.float64)[..., None]
    return np.where(np.isnan(apart_px) | np.isnan(limit), np.nan, apart_px < limit)


def pck(found: NDArray[np.floating], labels: NDArray[np.floating], limit_px: ArrayLike) -> float:
    """Return the share of labelled keypoints found within the persons' limits ("percentage of correct keypoints").

    Yang and Ramanan, "Articulated human detection with flexible mixtures of parts", PAMI 2013. NaN if none counts.
    """
    return mean(hits(distances_px(found, labels), limit_px))


def oks(found: NDArray[np.floating], labels: NDArray[np.floating], area_px: ArrayLike) -> Floats:
    """Return (...) object keypoint similarities in [0, 1], as COCO defines them; NaN if nothing is labelled."""
    squared = distances_px(found, labels) ** 2
    spread = 2 * np.asarray(area_px, np.float64)[..., None] * (2 * OKS_SIGMAS) ** 2
    similarity = np.exp(-squared / np.maximum(spread, np.finfo(np.float64).eps))
    counted = ~np.isnan(squared)
    number = counted.sum(-1)
    total = np.where(counted, similarity, 0).sum(-1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def mean(values: NDArray[np.floating]) -> float:
    """Return the mean of what is not NaN; NaN if nothing is left."""
    kept = values[~np.isnan(values)]
    return float(kept.mean()) if kept.size else float("nan")


def _box_sides(labels: NDArray[np.floating]) -> Floats:
    """Return (..., 2) width and height of the boxes round the labelled keypoints."""
    labelled = labels[..., 2:3] > 0
    points = labels[..., :2].astype(np.float64)
    low = np.where(labelled, points, np.inf).min(-2)
    high = np.where(labelled, points, -np.inf).max(-2)
    return np.where(np.isfinite(low) & np.isfinite(high), high - low, np.nan)
