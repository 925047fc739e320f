"""Videos shown smaller in an image of an empty room: what a camera at the other end of the room would see of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.types import Image
from haredge.opencv import cv2
from research.rewritten import rewrite

SIZE: Final = (480, 640)
"""(height, width) of the images in pixels."""
NOISE: Final = 2.0
"""Standard deviation of a camera's noise in the room, of 255."""
AT: Final = (0.75, 1 / 3)
"""Where the video lies: share of the height left free that is above it, of the width that is to its left."""


def in_room(frames: Iterable[Image], room: Image, share: float, rng: np.random.Generator) -> Iterator[Image]:
    """Yield frames, the longer side of each ``share`` of the room's image, in front of the room."""
    height, width = SIZE
    behind = cv2.resize(room, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    for frame in frames:
        scale = share * width / max(frame.shape[:2])
        small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        top, left = (round(at * (whole - part)) for at, whole, part in zip(AT, SIZE, small.shape[:2], strict=True))
        image = np.clip(behind + rng.normal(0, NOISE, behind.shape), 0, 255).astype(np.uint8)
        image[top : top + small.shape[0], left : left + small.shape[1]] = small
        yield image


def show(video: Path, room: Image, share: float, out: Path) -> None:
    """Write a video in front of a room as ``out``, an AVI of JPEG images."""
    rng = np.random.default_rng(0)
    rewrite(video, out, lambda frames: in_room(frames, room, share, rng))
