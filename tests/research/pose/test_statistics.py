from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from haredge.core.keypoints import INDEX, MIRROR
from research.pose.noise import statistics

RNG = np.random.default_rng(0)
LABELS = np.concatenate((RNG.uniform(0, 200, (400, 17, 2)), np.ones((400, 17, 1))), axis=2)


def found(labels: NDArray[np.float64], score: float = 0.9) -> NDArray[np.float64]:
    return np.concatenate((labels[..., :2], np.full((*labels.shape[:2], 1), score)), axis=2)


def test_the_jitter_of_known_noise_is_found() -> None:
    """Gaussian noise of a known size comes out as that size, in shares of the person."""
    noisy = found(LABELS)
    noisy[..., :2] += RNG.normal(0, 4, (400, 17, 2))
    jitter = statistics(noisy, LABELS)["keypoints"]["left_wrist"]["jitter"]
    assert jitter == pytest.approx(4 / 195, rel=0.15)


def test_swaps_are_distinguished_from_jitter() -> None:
    """A person whose left and right are swapped in every fourth image shows a quarter of swaps."""
    swapped = found(LABELS)
    swapped[::4] = swapped[::4][:, list(MIRROR)]
    keypoints = statistics(swapped, LABELS)["keypoints"]
    assert keypoints["left_knee"]["swapped"] == pytest.approx(0.25, abs=0.03)
    assert keypoints["nose"]["swapped"] is None
    assert statistics(found(LABELS), LABELS)["keypoints"]["left_knee"]["swapped"] == 0


def test_low_scores_count_as_missed() -> None:
    """A keypoint without a score is missed, and one without a label is not counted."""
    blind = found(LABELS)
    blind[:100, INDEX["nose"], 2] = 0.1
    labels = LABELS.copy()
    labels[:, INDEX["left_ear"], 2] = 0
    keypoints = statistics(blind, labels)["keypoints"]
    assert keypoints["nose"]["missed"] == 0.25
    assert keypoints["left_ear"]["missed"] is None


def test_the_figures_are_json() -> None:
    """What is written into the model's folder is valid JSON, without NaN."""
    labels = np.zeros((2, 17, 3))
    json.dumps(statistics(found(labels), labels), allow_nan=False)
