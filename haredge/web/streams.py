"""Answers without an end: events and pictures, to viewers that may be slow or gone."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from starlette.responses import StreamingResponse
from starlette.types import Message, Send

log = logging.getLogger(__name__)

PATIENCE_S: Final = 15.0
"""A viewer that takes nothing for so long is gone, whatever its connection says."""

BOUNDARY: Final = "picture"


class Seats:
    """So many viewers at once and no more: each costs memory and processor time."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken = 0

    @property
    def taken(self) -> int:
        """How many viewers there are."""
        return self._taken

    @property
    def full(self) -> bool:
        """Whether one more must be turned away."""
        return self._taken >= self._count

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a seat."""
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1


class Patient(StreamingResponse):
    """A stream that ends when its viewer stops taking what is sent; it holds a seat until then."""

    def __init__(self, parts: AsyncGenerator[bytes], seats: Seats, media_type: str) -> None:
        # A proxy must pass each part on when it comes.
        super().__init__(parts, media_type=media_type, headers={"X-Accel-Buffering": "no"})
        self._parts = parts
        self._seats = seats

    async def stream_response(self, send: Send) -> None:
        """Stream until the parts end, or the viewer leaves or sleeps."""
        with self._seats.one():
            try:
                await super().stream_response(partial(_send_in_time, send))
            except asyncio.TimeoutError:
                log.debug("a viewer has taken nothing for %g s", PATIENCE_S)
            finally:
                await self._parts.aclose()


async def _send_in_time(send: Send, message: Message) -> None:
    await asyncio.wait_for(send(message), PATIENCE_S)


def events(messages: AsyncIterator[object], seats: Seats) -> Patient:
    """Stream objects as server-sent events (WHATWG HTML, 9.2), each as one line of JSON."""

    async def encoded() -> AsyncGenerator[bytes]:
        async for message in messages:
            yield f"data: {json.dumps(message, separators=(',', ':'), allow_nan=False)}\n\n".encode()

    return Patient(encoded(), seats, "text/event-stream")


def mjpeg(pictures: AsyncIterator[bytes], seats: Seats) -> Patient:
    """Stream JPEG pictures as ``multipart/x-mixed-replace``, which browsers show in an image."""

    async def parts() -> AsyncGenerator[bytes]:
        yield f"--{BOUNDARY}\r\n".encode()
        async for picture in pictures:
            head = f"Content-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
            # The boundary behind a picture lets a browser show it now and not when the next one comes.
            yield head.encode() + picture + f"\r\n--{BOUNDARY}\r\n".encode()

    return Patient(parts(), seats, f"multipart/x-mixed-replace; boundary={BOUNDARY}")


async def ticking(period_s: float, stop: Callable[[], bool]) -> AsyncIterator[None]:
    """Yield every so often until the server stops."""
    while not stop():
        yield
        await asyncio.sleep(period_s)
