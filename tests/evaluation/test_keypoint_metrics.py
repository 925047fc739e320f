from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from haredge.core.keypoints import INDEX, MIRROR
from haredge.evaluation import keypoint_metrics as metrics

Array = NDArray[np.float64]


@pytest.fixture
def labels() -> Array:
    """Label a person standing upright, 100 px wide between the hands, 200 px tall, with a torso of 60 px."""
    xy = {
        "nose": (50, 0),
        "left_shoulder": (70, 40), "right_shoulder": (30, 40),
        "left_wrist": (100, 70), "right_wrist": (0, 70),
        "left_hip": (60, 100), "right_hip": (40, 100),
        "left_ankle": (60, 200), "right_ankle": (40, 200),
    }  # fmt: skip
    keypoints = np.zeros((17, 3))
    for name, place in xy.items():
        keypoints[INDEX[name]] = (*place, 2)
    return keypoints


def moved(labels: Array, px: float) -> Array:
    found = labels.copy()
    found[:, 0] += px
    return found


def test_sizes_are_measured_on_labelled_keypoints(labels: Array) -> None:
    """Torso, size and area come from what is labelled, not from the zeros of what is not."""
    assert metrics.torso_px(labels) == pytest.approx(60)
    assert metrics.person_size_px(labels) == pytest.approx(200)
    assert metrics.person_area_px(labels) == pytest.approx(100 * 200 * metrics.BOX_FILLED)


def test_no_torso_without_its_four_corners(labels: Array) -> None:
    """A torso of which a corner is missing has no length, rather than a wrong one."""
    labels[INDEX["left_hip"], 2] = 0
    assert np.isnan(metrics.torso_px(labels))


def test_a_hit_lies_within_the_limit(labels: Array) -> None:
    """A keypoint counts as found just inside the limit, and not just outside it."""
    limit = 0.5 * metrics.torso_px(labels)
    assert metrics.pck(moved(labels, 29.9), labels, limit) == 1
    assert metrics.pck(moved(labels, 30.1), labels, limit) == 0


def test_unlabelled_keypoints_count_for_nothing(labels: Array) -> None:
    """A keypoint without a label is neither correct nor incorrect, wherever it was found."""
    found = labels.copy()
    found[labels[:, 2] == 0, :2] = 1e6
    assert metrics.pck(found, labels, np.float64(10)) == 1
    assert metrics.oks(found, labels, np.float64(1e4)) == pytest.approx(1)


def test_nobody_found_is_a_miss_of_everything(labels: Array) -> None:
    """A person who is not found costs every keypoint: no network gains by staying silent."""
    nobody = np.full((17, 3), np.nan)
    batch = np.stack([labels, nobody]), np.stack([labels, labels])
    assert metrics.pck(*batch, np.array([20.0, 20.0])) == 0.5
    assert metrics.oks(nobody, labels, np.float64(1e4)) == 0


def test_oks_is_coco_s(labels: Array) -> None:
    """One keypoint that is off by sigma * 2 * root of the area has the similarity exp(-1/2)."""
    only = np.zeros((17, 3))
    only[0] = (10, 10, 2)
    area = 2500.0
    found = moved(only, 2 * metrics.OKS_SIGMAS[0] * np.sqrt(area))
    assert metrics.oks(found, only, np.float64(area)) == pytest.approx(np.exp(-0.5))


def test_sigmas_are_the_same_left_and_right() -> None:
    """The spreads belong to COCO's order: a left joint's is its right one's."""
    assert len(metrics.OKS_SIGMAS) == 17
    np.testing.assert_array_equal(metrics.OKS_SIGMAS[list(MIRROR)], metrics.OKS_SIGMAS)


def test_nothing_labelled_has_no_figure() -> None:
    """Where nothing can be measured the answer is NaN and no lucky number."""
    nothing = np.zeros((2, 17, 3))
    assert np.isnan(metrics.pck(nothing, nothing, np.ones(2)))
    assert np.isnan(metrics.oks(nothing, nothing, np.ones(2))).all()
    assert np.isnan(metrics.person_size_px(nothing)).all()


@given(st.floats(0, 500), st.floats(0, 500))
def test_farther_is_never_better(near: float, far: float) -> None:
    """Similarity falls as the distance grows."""
    near, far = sorted((near, far))
    labels = np.zeros((17, 3))
    labels[3:9] = np.arange(18).reshape(6, 3) * 10 + 1
    near_oks, far_oks = (metrics.oks(moved(labels, px), labels, np.float64(5000)) for px in (near, far))
    assert 0 <= far_oks <= near_oks <= 1
