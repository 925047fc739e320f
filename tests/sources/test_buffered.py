"""Promises of haredge.sources.buffered: sources that are read in a thread."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import clips
import pytest
import servers
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_ins import BLUE

from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.sources.buffered import LatestFrame, Prefetched


def frame(index: int) -> Frame:
    return Frame(index, index / 10, BLUE)


def numbered(count: int) -> list[Frame]:
    return [frame(index) for index in range(count)]


class Stepped:
    """A live source that gives a frame whenever the test says so."""

    live = True

    def __init__(self) -> None:
        self.wanted = threading.Semaphore(0)
        self.taken = threading.Semaphore(0)
        self.closed = threading.Event()

    def __iter__(self) -> Generator[Frame, None, None]:
        try:
            for index in count():
                self.wanted.acquire()
                yield frame(index)
                self.taken.release()  # the capture thread has come back for more
        finally:
            self.closed.set()

    def give(self, frames: int) -> None:
        """Have frames captured, and wait until they are."""
        for _ in range(frames):
            self.wanted.release()
            self.taken.acquire()


def test_the_newest_frame_wins_and_the_others_are_counted() -> None:
    """Of five frames that come while the consumer is busy, it gets the last; the four others are dropped."""
    source = Stepped()
    latest = LatestFrame(source)
    with closing(iter(latest)) as frames:
        source.wanted.release()
        assert next(frames).index == 0
        source.taken.acquire()
        source.give(5)
        assert next(frames).index == 5
        assert latest.dropped == 4
        source.give(1)
        assert next(frames).index == 6
        assert latest.dropped == 4
        source.wanted.release()
    assert source.closed.is_set()


def test_a_source_that_ends_ends_the_iteration_after_its_last_frame() -> None:
    """The last frame is not lost to the end that follows it."""
    assert [f.index for f in LatestFrame([frame(index) for index in range(5)])][-1] == 4


def test_an_error_of_the_source_is_raised_where_the_frames_are_taken() -> None:
    """The capture thread does not die in silence."""

    class Broken:
        def __iter__(self) -> Iterator[Frame]:
            yield frame(0)
            raise SourceError("the lens has fallen off")

    with pytest.raises(SourceError, match="lens"):
        list(LatestFrame(Broken()))


def test_stop_ends_the_iteration_although_the_source_hangs(caplog: pytest.LogCaptureFixture) -> None:
    """A consumer that waits for a camera which hangs calls stop() all the time.

    That it is not released yet is said, and no more: a slow stream is in a moment, and hangs in no driver.
    """
    asked = count()
    assert not list(LatestFrame(Stepped(), stop=lambda: next(asked) == 3))
    assert "still waits for an image, and is released when that comes or is given up, or haredge ends" in caplog.text


def test_the_first_frame_has_longer_than_the_others() -> None:
    """A stream that takes its time to connect is not stale; the same pause later is."""
    ticks = count()
    latest = LatestFrame(Stepped(), stale_s=2, start_s=4, clock=lambda: float(next(ticks)))
    with pytest.raises(SourceError, match="no first frame for 4 s"):
        list(latest)
    assert next(ticks) == 6


def test_a_source_that_another_thread_can_interrupt_is_interrupted() -> None:
    """Closing ends a waiting read where the source knows how."""

    class Interrupted(Stepped):
        def interrupt(self) -> None:
            self.wanted.release()

    source = Interrupted()
    assert not list(LatestFrame(source, stop=lambda: True))
    assert source.closed.wait(60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_although_the_camera_hangs(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM work while the consumer waits; what FFmpeg is waiting for is not waited for."""
    script = (
        "import sys; from haredge.sources.uri import open_source; from haredge.sources.buffered import LatestFrame\n"
    )
    script += "for frame in LatestFrame(open_source(sys.argv[1]), stale_s=1000): print(frame.index, flush=True)"
    with servers.mjpeg(*[clips.image(tmp_path / "blue.jpg")] * 30, then="freeze") as server:
        command = [sys.executable, "-c", script, server.address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(number)
            _, said = process.communicate(timeout=60)
    assert process.returncode == -number
    assert ("KeyboardInterrupt" in said) == (number == signal.SIGINT)


@settings(deadline=None)  # threads wait for a turn on a busy machine
@given(count=st.integers(0, 12), depth=st.integers(1, 5))
def test_every_frame_comes_once_and_in_order(count: int, depth: int) -> None:
    """Nothing is dropped, whatever the depth."""
    assert [frame.index for frame in Prefetched(numbered(count), depth=depth)] == list(range(count))


def test_it_reads_no_further_ahead_than_its_depth() -> None:
    """A file of an hour does not end up in memory: one frame is held, ``depth`` wait, one more is being put."""
    read = 0
    ahead = threading.Semaphore(0)

    class Counted:
        def __iter__(self) -> Iterator[Frame]:
            nonlocal read
            for frame in numbered(100):
                read += 1
                ahead.release()
                yield frame

    with closing(iter(Prefetched(Counted(), depth=2))) as prefetched:
        next(prefetched)
        for _ in range(4):
            ahead.acquire()
        assert read == 4


def test_frames_before_an_error_come_before_it() -> None:
    """A file that is damaged in the middle gives all that can be read."""

    class Broken:
        def __iter__(self) -> Iterator[Frame]:
            yield from numbered(3)
            raise SourceError("damaged")

    prefetched = iter(Prefetched(Broken()))
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
                    yield frame(0)
            finally:
                closed.set()

    with closing(iter(Prefetched(Endless()))) as prefetched:
        next(prefetched)
    assert closed.is_set()


def test_stop_ends_the_iteration() -> None:
    """A signal in the middle of a file ends it at the next frame."""
    taken: list[Frame] = []
    for frame in Prefetched(numbered(100), stop=lambda: len(taken) == 5):
        taken.append(frame)  # noqa: PERF402 - stop() reads it
    assert len(taken) == 5
