"""Pictures of the live view: drawn only while somebody looks, and once for all who do."""

from __future__ import annotations

import asyncio
from typing import Final

import numpy as np

from haredge.core.types import Image
from haredge.opencv import cv2
from haredge.video.draw.encode import as_jpeg
from haredge.video.draw.skeleton import draw_skeleton
from haredge.web.live import Glimpse, LiveView

MOST_PX: Final = 640
"""Longest side of what viewers get: a phone shows no more, and a Pi draws no more at ease."""

EMPTY: Final = (480, 640)


class Pictures:
    """Draws the newest glimpse as JPEG, in a thread, so that the server goes on answering."""

    def __init__(self, live: LiveView, *, of_camera: bool) -> None:
        """Take the view and whether the camera's picture is shown, or black."""
        self._live = live
        self._of_camera = of_camera
        self._drawing = asyncio.Lock()
        self._drawn: Glimpse | None = None
        self._jpeg: bytes | None = None

    async def newest(self) -> bytes:
        """Return the newest picture; black before the first."""
        async with self._drawing:
            glimpse = self._live.glimpse
            if self._jpeg is None or glimpse is not self._drawn:
                self._jpeg = await asyncio.to_thread(self._draw, glimpse)
                self._drawn = glimpse
            return self._jpeg

    def _draw(self, glimpse: Glimpse | None) -> bytes:
        if glimpse is None:
            return as_jpeg(np.zeros((*EMPTY, 3), np.uint8))
        height, width = glimpse.size
        scale = min(1.0, MOST_PX / max(height, width))
        size = (max(1, round(height * scale)), max(1, round(width * scale)))
        image = _ground(glimpse.image if self._of_camera else None, size)
        for person in glimpse.people:
            if person.pose:
                draw_skeleton(image, person.pose.keypoints, scale=scale)
        return as_jpeg(image)


def _ground(picture: Image | None, size: tuple[int, int]) -> Image:
    if picture is None:
        return np.zeros((*size, 3), np.uint8)
    if picture.shape[:2] == size:
        return picture.copy()
    return np.asarray(cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
