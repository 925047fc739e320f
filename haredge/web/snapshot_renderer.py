"""Images of the live view: drawn only while there are viewers, and once for all of them."""

from __future__ import annotations

import asyncio
from typing import Final

import numpy as np

from haredge.core.types import Image
from haredge.opencv import cv2
from haredge.video.draw.encode import as_jpeg
from haredge.video.draw.people import draw_people
from haredge.web.live import LiveView, Snapshot

MOST_PX: Final = 640
"""Longest side of what viewers get: a phone shows no more, and drawing more is slow on a Pi."""

TEXT: Final = 1 / 58
"""Height of a capital letter, as a share of the image's width: a phone shows an image at half its size."""

EMPTY: Final = (480, 640)


class SnapshotRenderer:
    """Draws the newest snapshot as JPEG, in a thread, so that the server keeps answering."""

    def __init__(self, live: LiveView, *, of_camera: bool) -> None:
        """Take the view, and whether the camera's image is shown, or black."""
        self._live = live
        self._of_camera = of_camera
        self._drawing = asyncio.Lock()
        self._drawn: Snapshot | None = None
        self._jpeg: bytes | None = None

    async def newest(self) -> bytes:
        """Return the newest image as JPEG; black before the first."""
        async with self._drawing:
            snapshot = self._live.snapshot
            if self._jpeg is None or snapshot is not self._drawn:
                self._jpeg = await asyncio.to_thread(self._draw, snapshot)
                self._drawn = snapshot
            return self._jpeg

    def _draw(self, snapshot: Snapshot | None) -> bytes:
        if snapshot is None:
            return as_jpeg(np.zeros((*EMPTY, 3), np.uint8))
        height, width = snapshot.size
        scale = min(1.0, MOST_PX / max(height, width))
        size = (max(1, round(height * scale)), max(1, round(width * scale)))
        image = _background(snapshot.image if self._of_camera else None, size)
        draw_people(image, snapshot.people, scale=scale, text_px=max(6.0, TEXT * size[1]))
        return as_jpeg(image)


def _background(image: Image | None, size: tuple[int, int]) -> Image:
    if image is None:
        return np.zeros((*size, 3), np.uint8)
    if image.shape[:2] == size:
        return image.copy()
    return np.asarray(cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
