"""Promises of research.falls.harder: the same video, harder to see, with the fall where it was."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from haredge.core.types import Image
from research.falls.harder import LIGHT, SHARE, dusk, far, harder
from research.falls.videos import LabelledVideo

BRIGHT = np.full((120, 160, 3), 200, np.uint8)


def read(path: Path) -> list[Image]:
    source = cv2.VideoCapture(str(path))
    images = []
    while (answer := source.read())[0]:
        images.append(np.asarray(answer[1], np.uint8))
    source.release()
    return images


@pytest.fixture
def video(tmp_path: Path) -> LabelledVideo:
    path = tmp_path / "video.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (160, 120))
    for _ in range(5):
        writer.write(BRIGHT)
    writer.release()
    return LabelledVideo("video", "videos", None, str(path), (0.04, 0.12))


def test_in_the_dusk_little_light_is_left() -> None:
    (image,) = dusk([BRIGHT], np.random.default_rng(1))
    assert image.shape == BRIGHT.shape
    assert 200 * LIGHT[0] - 3 < image.mean() < 200 * LIGHT[1] + 3


def test_far_away_all_of_the_image_is_smaller() -> None:
    dark_corner = BRIGHT.copy()
    dark_corner[:30, :40] = 0
    (image,) = far([dark_corner], np.random.default_rng(1))
    assert image.shape == BRIGHT.shape
    assert (image > 150).all(2).mean() == pytest.approx(SHARE**2 * 15 / 16, abs=0.02)


@pytest.mark.parametrize("way", ["dusk", "far"])
def test_a_harder_video_has_the_same_frames_and_fall_each_time(video: LabelledVideo, way: str) -> None:
    """It is the name that decides by how much, so that a figure can be had again."""
    changed = harder(video, way)
    assert (changed.name, changed.group, changed.fall) == (video.name, video.group, video.fall)
    with changed.file() as first, changed.file() as second:
        assert len(read(first)) == 5
        assert first.read_bytes() == second.read_bytes()
