from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from research.pose import dataset
from research.pose.dataset import NO_PERSON, Composer
from research.pose.store import ImageStore, write


@pytest.fixture
def composer(tmp_path: Path) -> Composer:
    rng = np.random.default_rng(0)
    portraits = [rng.integers(0, 256, (90, 70, 3), np.uint8) for _ in range(3)]
    shapes = [np.full((90, 70, 1), 255, np.uint8), np.zeros((1, 1, 1), np.uint8), np.zeros((1, 1, 1), np.uint8)]
    for name, pictures in (("people", portraits), ("masks", shapes), ("rooms", portraits[:2])):
        write(tmp_path / f"{name}.bin", pictures)
    keypoints = np.ones((3, 17, 4), np.float32)
    keypoints[:, :, :2] = rng.uniform((10, 10), (60, 80), (3, 17, 2))
    people, masks, rooms = (ImageStore.open(tmp_path / f"{name}.bin") for name in ("people", "masks", "rooms"))
    return Composer(people, keypoints, np.arange(3), rooms, np.arange(2), masks, people, keypoints)


def test_examples_have_the_network_s_form(composer: Composer) -> None:
    """Whatever is composed: bytes of the input's size, and keypoints whose present ones lie inside."""
    for seed in range(60):
        image, keypoints = composer.example(seed % 3, seed)
        assert image.shape == (192, 192, 3)
        assert image.dtype == np.uint8
        assert keypoints.shape == (17, 4)
        present = keypoints[keypoints[:, 2] > 0]
        assert ((present[:, :2] >= 0) & (present[:, :2] < 192)).all()


def test_an_example_follows_from_its_seed(composer: Composer) -> None:
    """The same number and seed give the same example, another seed another one."""
    first, again, other = (composer.example(1, seed)[0] for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_some_examples_are_empty(composer: Composer) -> None:
    """About a fifth of the examples show no person, and every keypoint is labelled absent."""
    empty = [np.array_equal(composer.example(0, seed)[1], NO_PERSON) for seed in range(300)]
    assert dataset.SHARE_EMPTY / 2 < np.mean(empty) < dataset.SHARE_EMPTY * 2


def test_the_stores_stay_as_they_are(composer: Composer) -> None:
    """Composing never writes into the images that it takes."""
    before = composer.images.pixels.copy()
    for seed in range(30):
        composer.example(0, seed)
    np.testing.assert_array_equal(composer.images.pixels, before)
