"""Responses without an end: events and images, to viewers that may be slow or gone."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from functools import partial
from typing import Final

from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from haredge.web.connections import viewer

log = logging.getLogger(__name__)

SEND_TIMEOUT_S: Final = 15.0
"""A viewer that accepts nothing for this long is disconnected."""

ALIVE_S: Final = 5.0
"""Longest time without a message on a stream, so that both ends notice when the other has gone."""


class ViewerLimit:
    """How many viewers there may be at once, in all and of one address: each costs memory and processor time."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most = most
        self._most_each = most_each
        self._taken: Counter[str] = Counter()

    def take(self, address: str) -> int:
        """Take a place, which :meth:`free` gives back. Return 0, or the HTTP status that says why there is none."""
        if self._taken.total() >= self._most:
            return 503
        if self._taken[address] >= self._most_each:
            return 429
        self._taken[address] += 1
        return 0

    def free(self, address: str) -> None:
        """Give a place back."""
        self._taken[address] -= 1
        self._taken += Counter()  # forgets the addresses without a place


class Stream(StreamingResponse):
    """A response that ends when its viewer stops accepting what is sent; it takes a place until then."""

    def __init__(self, parts: AsyncGenerator[bytes], limit: ViewerLimit, media_type: str) -> None:
        # A proxy must pass each part on when it comes.
        super().__init__(parts, media_type=media_type, headers={"X-Accel-Buffering": "no"})
        self._parts = parts
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a place and stream, or say that there is none."""
        address = viewer(scope)
        if status := self._limit.take(address):
            await _TURNED_AWAY[status](scope, receive, send)
            return
        try:
            if scope["method"] == "HEAD":  # is answered without a body, which would have no end
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                await send({"type": "http.response.body"})
            else:
                await super().__call__(scope, receive, send)
        finally:
            self._limit.free(address)

    async def stream_response(self, send: Send) -> None:
        """Stream until the parts end, or the viewer leaves or sleeps."""
        try:
            await super().stream_response(partial(_send_in_time, send))
        except asyncio.TimeoutError:
            log.debug("a viewer has accepted nothing for %g s", SEND_TIMEOUT_S)
        finally:
            await self._parts.aclose()


_AGAIN: Final = {"Retry-After": "10"}
_TURNED_AWAY: Final = {
    503: PlainTextResponse("Too many viewers: close one first.", 503, _AGAIN),
    429: PlainTextResponse("Too many viewers from this address: close one first.", 429, _AGAIN),
}


async def _send_in_time(send: Send, message: Message) -> None:
    await asyncio.wait_for(send(message), SEND_TIMEOUT_S)


def events(messages: AsyncIterator[object], limit: ViewerLimit) -> Stream:
    """Stream objects as server-sent events (WHATWG HTML, 9.2), each as one line of JSON."""

    async def encoded() -> AsyncGenerator[bytes]:
        async for message in messages:
            yield f"data: {json.dumps(message, separators=(',', ':'), allow_nan=False)}\n\n".encode()

    return Stream(encoded(), limit, "text/event-stream")


def jpegs(images: AsyncIterator[bytes], limit: ViewerLimit) -> Stream:
    """Stream JPEG images, each after a line with its length and an empty one.

    As ``multipart/x-mixed-replace`` a browser's image element would show them by itself. But Home Assistant's ingress
    drops the boundary of such a stream, and compresses it, which holds images back until a buffer is full.
    """

    async def parts() -> AsyncGenerator[bytes]:
        async for image in images:
            yield f"Content-Length: {len(image)}\r\n\r\n".encode() + image

    return Stream(parts(), limit, "application/octet-stream")


async def ticking(period_s: float, stop: Callable[[], bool]) -> AsyncIterator[None]:
    """Yield periodically until the server stops."""
    while not stop():
        yield
        await asyncio.sleep(period_s)


class Cadence:
    """When a stream that ticks sends: at first, with each change, and after :data:`ALIVE_S` without one."""

    def __init__(self, period_s: float) -> None:
        """Take the seconds between two ticks."""
        self._period_s = period_s
        self._quiet_s = ALIVE_S

    def due(self, *, changed: bool) -> bool:
        """Return whether to send at this tick; to be asked at each."""
        self._quiet_s += self._period_s
        if not changed and self._quiet_s < ALIVE_S:
            return False
        self._quiet_s = 0.0
        return True
