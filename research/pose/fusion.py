"""One label out of several opinions: human annotation, MoveNet and BlazePose, keypoint by keypoint.

A keypoint on which two opinions agree is trusted and lies at their mean; where they differ, or only one is there,
it gets less weight or none. Distances are measured against the person's size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

AGREE: Final = 0.1
"""Two opinions agree when they are nearer than this share of the person's size."""
SEEN: Final = 0.2
"""Least score of a keypoint that a teacher sees."""
ABSENT: Final = 0.12
"""Below this score, while no opinion sees it, a keypoint is not in the image."""

UNKNOWN: Final = (0.0, 0.0, 0.0, 0.0)


def person_size(keypoints: Array, seen: NDArray[np.bool_]) -> float:
    """Return the root of the area of the box round the seen keypoints, with a margin, in pixels."""
    points = keypoints[seen, :2] if seen.sum() >= 3 else keypoints[:, :2]
    extent = np.maximum(np.ptp(points, axis=0), 0.3 * np.ptp(points, axis=0).max())
    return float(1.1 * np.sqrt(extent.prod()) + 1e-3)


def agreement(a: Array, b: Array, size: float) -> float:
    """Return the share of keypoints, seen in both, that lie near each other."""
    both = (a[:, 2] > SEEN) & (b[:, 2] > SEEN)
    if both.sum() < 4:
        return 0.0
    near = np.hypot(*(a[both, :2] - b[both, :2]).T) < 2 * AGREE * size
    return float(near.mean())


def best_answer(answers: Sequence[Array], guide: Array | None) -> Array:
    """Choose the answer with the highest scores, among those that show the guide's person."""
    if guide is None:
        return max(answers, key=lambda one: float(one[:, 2].mean()))
    size = person_size(guide, guide[:, 2] > SEEN)
    return max(answers, key=lambda one: float(one[:, 2].mean()) + 2 * agreement(one, guide, size))


def fuse(movenet: Array, blaze: Array | None, human: Array | None) -> Array:
    """Combine opinions, each (17, 3) x, y, score, into (17, 4) x, y, present (0 or 1), weight in [0, 1].

    Weight 0 means unknown; present 0 with a weight means known not to be in the image.
    """
    reference = human if human is not None else movenet
    size = person_size(reference, reference[:, 2] > SEEN)
    return np.array(
        [
            _fuse_keypoint(movenet[k], None if blaze is None else blaze[k], None if human is None else human[k], size)
            for k in range(len(movenet))
        ]
    )


def _fuse_keypoint(movenet: Array, blaze: Array | None, human: Array | None, size: float) -> tuple[float, ...]:
    opinions = [(p, w) for p, w in ((movenet, 1.0), (blaze, 1.2), (human, 0.9)) if p is not None and p[2] > SEEN]
    if not opinions:
        least = movenet[2] if blaze is None else min(movenet[2], blaze[2])
        return (0.0, 0.0, 0.0, 0.7) if least < ABSENT else UNKNOWN
    agreed = max((_near(p, opinions, size) for p, _ in opinions), key=lambda group: sum(w for _, w in group))
    if len(agreed) > 1:
        return (*_mean(agreed), 1.0, 1.0 if len(agreed) == len(opinions) else 0.7)
    if len(opinions) == 1:
        return _single(opinions[0][0], movenet, human)
    return (*human[:2], 1.0, 0.3) if human is not None and human[2] > SEEN else UNKNOWN


def _single(opinion: Array, movenet: Array, human: Array | None) -> tuple[float, ...]:
    """Trust a lone opinion by its confidence; a person's label is worth more than a teacher's."""
    if opinion is human:
        return (*opinion[:2], 1.0, 0.5)
    if opinion is movenet and opinion[2] > 0.4:
        return (*opinion[:2], 1.0, 0.4)
    return UNKNOWN


def _near(point: Array, opinions: list[tuple[Array, float]], size: float) -> list[tuple[Array, float]]:
    return [(p, w) for p, w in opinions if np.hypot(*(p[:2] - point[:2])) < AGREE * size]


def _mean(group: list[tuple[Array, float]]) -> Array:
    weights = np.array([w for _, w in group])
    mean: Array = (np.array([p[:2] for p, _ in group]) * weights[:, None]).sum(0) / weights.sum()
    return mean
