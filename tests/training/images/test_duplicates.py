"""Images that are the same, nearly the same, or mirrored belong together; others do not."""

from __future__ import annotations

import hashlib

import labelled_images
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.opencv import cv2
from haredge.training.images.duplicates import fingerprint, group, share_of


def photograph(seed: int) -> np.ndarray:
    """Make an image with something everywhere, as a photograph has."""
    small = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(small, (240, 180), interpolation=cv2.INTER_CUBIC))


def checksums(count: int) -> list[str]:
    return [hashlib.sha256(bytes([index])).hexdigest() for index in range(count)]


@pytest.mark.parametrize(
    "changed",
    [
        lambda image: cv2.resize(image, (120, 90), interpolation=cv2.INTER_AREA),
        lambda image: cv2.imdecode(np.frombuffer(labelled_images.encoded(image, ".jpg"), np.uint8), cv2.IMREAD_COLOR),
        lambda image: np.ascontiguousarray(image[:, ::-1]),
        lambda image: cv2.convertScaleAbs(image, alpha=0.8, beta=20),
    ],
    ids=["smaller", "compressed", "mirrored", "paler"],
)
def test_a_changed_copy_is_nearly_the_same(changed: object) -> None:
    """Another size, another compression, a mirror image, other light."""
    image = photograph(0)
    prints = np.stack([fingerprint(each) for each in (image, photograph(1), changed(image))])  # type: ignore[operator]
    groups = group(checksums(3), prints)
    assert groups.marks[0] == groups.marks[2] != groups.marks[1]
    assert (groups.same, groups.near) == (0, 1)


def test_different_images_are_no_group() -> None:
    """Fifty of them."""
    groups = group(checksums(50), np.stack([fingerprint(photograph(seed)) for seed in range(50)]))
    assert len(set(groups.marks)) == 50


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.randoms())
def test_a_groups_mark_does_not_depend_on_the_order(files: list[int], random: object) -> None:
    """The same files have the same mark wherever they stand, and identical ones the same."""
    prints = np.stack([fingerprint(photograph(seed)) for seed in range(6)])
    names = checksums(6)
    first = dict(zip(files, group([names[f] for f in files], prints[files]).marks, strict=True))
    shuffled = sorted(files, key=lambda _: random.random())  # type: ignore[attr-defined]
    second = dict(zip(shuffled, group([names[f] for f in shuffled], prints[shuffled]).marks, strict=True))
    assert first == second
    assert all(0 <= share_of(mark) < 1 for mark in first.values())
