"""Promises of haredge.sources.frozen: a camera whose image is frozen is noticed, a still room is not."""

from __future__ import annotations

from contextlib import closing
from itertools import count

import numpy as np
import pytest
from stand_ins import BLUE

from haredge.core.types import Frame
from haredge.sources.buffered import LatestFrame
from haredge.sources.frozen import FrozenImage


def test_an_image_that_stays_the_same_for_thirty_seconds_is_frozen_once() -> None:
    """It is said when it begins; a change ends it, and it may begin again."""
    watch = FrozenImage()
    other = BLUE.copy()
    other[20, 33] = 1
    images = [BLUE] * 40 + [other] * 40
    said = [t for t, image in enumerate(images) if watch.watch(Frame(t, float(t), image.copy()))]
    assert said == [30, 70]
    assert watch.unchanged_s == 39


def test_a_noisy_still_room_is_not_frozen() -> None:
    """One grain of noise in a frame is a change, wherever it is."""
    watch, rng = FrozenImage(), np.random.default_rng(3)
    for t in range(200):
        image = BLUE.copy()
        image[rng.integers(48), rng.integers(64), rng.integers(3)] ^= 1 + t % 200
        assert not watch.watch(Frame(t, float(t), image))


def test_a_noise_free_still_room_is_said_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    """It cannot be distinguished from a frozen camera, so nothing ends."""
    source = LatestFrame([Frame(t, float(t), BLUE) for t in range(100)])
    for frame in source:
        last = frame
        assert source.frozen == ("frozen" in caplog.text)
    assert last.index == 99
    assert caplog.text.count("frozen") <= 1


def test_a_camera_that_is_closed_is_not_frozen() -> None:
    """It sends no image at all, while detection is off."""
    source = LatestFrame(Frame(n, 31.0 * n, BLUE) for n in count())
    with closing(iter(source)) as images:
        assert [(next(images), source.frozen)[1] for _ in range(2)] == [False, True]
    assert not source.frozen
