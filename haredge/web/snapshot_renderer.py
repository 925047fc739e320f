"""Images of the live view: drawn only while there are viewers, and once for all of them."""

from __future__ import annotations

import asyncio
from typing import Final

from haredge.video.draw.encode import as_jpeg
from haredge.video.draw.reduced import draw_reduced
from haredge.web.live import LiveView, Snapshot

EMPTY: Final = (480, 640)
"""(height, width) of what is shown before the first image."""


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
            return as_jpeg(draw_reduced(EMPTY, ()))
        return as_jpeg(draw_reduced(snapshot.size, snapshot.people, snapshot.image if self._of_camera else None))
