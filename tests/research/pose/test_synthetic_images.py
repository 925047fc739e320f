"""Augmented images for training."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from haredge.synthetic.skeleton import Bones, retarget
from research.pose.synthetic_images import random_image


def test_a_seed_is_an_image() -> None:
    """The same seed gives the same image and labels; another seed others."""
    (one, labels), (same, same_labels), (other, _) = (random_image(np.random.default_rng(s)) for s in (1, 1, 2))
    assert (one == same).all()
    assert (labels == same_labels).all()
    assert (one != other).any()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), people=st.integers(0, 2), width=st.integers(96, 200), height=st.integers(96, 200))
def test_images_have_the_size_and_the_people_asked_for(seed: int, people: int, width: int, height: int) -> None:
    """Image and labels have the shapes that the docstring gives; a keypoint that is not outside lies inside."""
    image, labels = random_image(np.random.default_rng(seed), (width, height), people=people)
    assert image.shape == (height, width, 3)
    assert image.dtype == np.uint8
    assert labels.shape == (people, 17, 3)
    assert labels.dtype == np.float32
    inside = labels[labels[..., 2] > 0]
    assert set(np.unique(labels[..., 2])) <= {0.0, 1.0, 2.0}
    assert (inside[:, :2] >= -0.5).all()
    assert (inside[:, :2] < (width - 0.5, height - 0.5)).all()


def test_the_background_given_is_the_background() -> None:
    """An empty image on a given background shows nothing else."""
    background = np.full((300, 400, 3), (10, 120, 240), np.uint8)
    image, _ = random_image(np.random.default_rng(3), background=background, people=0)
    assert np.abs(image.mean((0, 1)) - (10, 120, 240)).max() < 5


def test_recorded_joints_give_the_posture() -> None:
    """A recorded skeleton with both hands high is drawn, and labelled, with the wrists above the nose."""
    joints = np.array(
        [[0, 1.65, 0]]
        + [
            [s * x, y, 0]
            for x, y in ((0.2, 1.4), (0.25, 1.7), (0.2, 2.0), (0.1, 0.9), (0.1, 0.5), (0.1, 0.1))
            for s in (1, -1)
        ],
        float,
    )
    for seed in range(4):
        _, (labels,) = random_image(np.random.default_rng(seed), joints=joints)
        if (labels[[0, 9, 10], 2] > 0).all():
            assert labels[9:11, 1].max() < labels[0, 1]
    assert retarget(joints, Bones.of(1.7))[5:7, 1].min() > 1.6


def test_people_vary() -> None:
    """Twenty people give twenty images and postures, in the middle, at the edges, large and small."""
    rng = np.random.default_rng(0)
    labels = [random_image(rng, (128, 128))[1][0] for _ in range(20)]
    heights = [np.ptp(label[:, 1]) for label in labels]
    assert max(heights) > 2 * min(heights)
    assert any((label[:, 2] == 0).any() for label in labels)
    assert any((label[:, 2] > 0).all() for label in labels)
