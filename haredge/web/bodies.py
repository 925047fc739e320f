"""Bodies of requests, which must come in time: a sender that stalls holds a place."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from starlette.types import Message, Receive

from haredge.web.limits import PART_S

LEAST_BYTES_S: Final = 10_000
"""Bytes per second that must come on average, after the first :data:`PART_S`."""


def in_time(receive: Receive, part_s: float = PART_S, least_bytes_s: float = LEAST_BYTES_S) -> Receive:
    """Return a ``receive`` that reports a disconnected sender if a body stalls, or comes too slowly to ever end."""
    began_s, size, more = time.monotonic(), 0, True

    async def received() -> Message:
        nonlocal size, more
        if not more:
            return await receive()
        left_s = part_s + size / least_bytes_s - (time.monotonic() - began_s)
        try:
            message = await asyncio.wait_for(receive(), max(0.0, min(part_s, left_s)))
        except asyncio.TimeoutError:
            more = False
            return {"type": "http.disconnect"}
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
        return message

    return received
