"""Bodies of requests that must come in time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.types import Message, Receive

from haredge.web.bodies import in_time


def sender(parts: Sequence[tuple[float, bytes]], *, ends: bool = True) -> Receive:
    """Return a sender of parts, each after its seconds; it then ends the body, or says nothing more."""
    coming = iter(parts)
    left = len(parts)

    async def receive() -> Message:
        nonlocal left
        wait_s, body = next(coming, (60.0, b""))
        await asyncio.sleep(wait_s)
        left -= 1
        return {"type": "http.request", "body": body, "more_body": left > 0 or not ends}

    return receive


def received(receive: Receive) -> list[object]:
    """Return the sizes of the parts that come, and None if the sender is given up."""

    async def all_of() -> list[object]:
        parts: list[object] = []
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return [*parts, None]
            parts.append(len(message["body"]))
            if not message["more_body"]:
                return parts

    return asyncio.run(asyncio.wait_for(all_of(), 20))


def test_a_body_that_comes_is_passed_on() -> None:
    """In its parts."""
    assert received(in_time(sender([(0, b"ab"), (0.01, b""), (0, b"c")]))) == [2, 0, 1]


def test_a_body_that_stalls_is_given_up() -> None:
    """However much has come before."""
    assert received(in_time(sender([(0, bytes(1_000_000))], ends=False), 0.1, 1000)) == [1_000_000, None]


def test_a_body_that_trickles_is_given_up() -> None:
    """A byte now and then would otherwise hold a place for days."""
    parts = received(in_time(sender([(0.05, b"x")] * 1000), part_s=0.2, least_bytes_s=1000))
    assert parts[-1] is None
    assert 2 <= len(parts) <= 6


def test_what_comes_after_the_body_is_waited_for() -> None:
    """A response that streams learns so when its viewer leaves, hours later."""
    first = {"type": "http.request", "body": b"", "more_body": False}

    async def patient() -> Message:
        answers = iter([0.0, 0.3])

        async def receive() -> Message:
            await asyncio.sleep(next(answers))
            return first

        waiting = in_time(receive, part_s=0.1)
        assert await waiting() == first
        return await waiting()

    assert asyncio.run(patient()) == first
