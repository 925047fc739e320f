"""Promises of haredge.sources.prefetch."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_ins import BLUE

from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.sources.prefetch import Prefetch


def frames(count: int) -> list[Frame]:
    return [Frame(index, index / 10, BLUE) for index in range(count)]


@settings(deadline=None)  # threads wait for a turn on a busy machine
@given(count=st.integers(0, 12), depth=st.integers(1, 5))
def test_every_frame_comes_once_and_in_order(count: int, depth: int) -> None:
    """Nothing is dropped, whatever the depth."""
    assert [frame.index for frame in Prefetch(frames(count), depth=depth)] == list(range(count))


def test_it_reads_no_further_ahead_than_its_depth() -> None:
    """A file of an hour does not end up in memory: one frame is held, ``depth`` wait, one more is being put."""
    read = 0
    ahead = threading.Semaphore(0)

    class Counted:
        def __iter__(self) -> Iterator[Frame]:
            nonlocal read
            for frame in frames(100):
                read += 1
                ahead.release()
                yield frame

    with closing(iter(Prefetch(Counted(), depth=2))) as prefetched:
        next(prefetched)
        for _ in range(4):
            ahead.acquire()
        assert read == 4


def test_frames_before_an_error_come_before_it() -> None:
    """A file that is damaged in the middle gives all that can be read."""

    class Broken:
        def __iter__(self) -> Iterator[Frame]:
            yield from frames(3)
            raise SourceError("damaged")

    prefetched = iter(Prefetch(Broken()))
    assert [next(prefetched).index for _ in range(3)] == [0, 1, 2]
    with pytest.raises(SourceError, match="damaged"):
        next(prefetched)


def test_closing_ends_a_thread_that_waits_for_room() -> None:
    """A consumer that goes early leaves no thread behind, and the file is closed."""
    closed = threading.Event()

    class Endless:
        def __iter__(self) -> Generator[Frame, None, None]:
            try:
                while True:
                    yield frames(1)[0]
            finally:
                closed.set()

    with closing(iter(Prefetch(Endless()))) as prefetched:
        next(prefetched)
    assert closed.is_set()


def test_stop_ends_the_iteration() -> None:
    """A signal in the middle of a file ends it at the next frame."""
    taken: list[Frame] = []
    for frame in Prefetch(frames(100), stop=lambda: len(taken) == 5):
        taken.append(frame)  # noqa: PERF402 - stop() looks at it
    assert len(taken) == 5
