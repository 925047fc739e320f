"""Promises of haredge.sources.latest, and of the capture thread that Prefetch shares with it."""

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
from stand_ins import BLUE

from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.sources.latest import Latest


def frame(index: int) -> Frame:
    return Frame(index, index / 10, BLUE)


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
    latest = Latest(source)
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
    assert [f.index for f in Latest([frame(index) for index in range(5)])][-1] == 4


def test_an_error_of_the_source_is_raised_where_the_frames_are_taken() -> None:
    """The capture thread does not die in silence."""

    class Broken:
        def __iter__(self) -> Iterator[Frame]:
            yield frame(0)
            raise SourceError("the lens has fallen off")

    with pytest.raises(SourceError, match="lens"):
        list(Latest(Broken()))


def test_stop_ends_the_iteration_although_the_source_hangs() -> None:
    """A consumer that waits for a camera which hangs looks at stop() all the time."""
    asked = count()
    assert not list(Latest(Stepped(), stop=lambda: next(asked) == 3))


def test_the_first_frame_has_longer_than_the_others() -> None:
    """A stream that takes its time to connect is not stale; the same pause later is."""
    ticks = count()
    latest = Latest(Stepped(), stale_s=2, start_s=4, clock=lambda: float(next(ticks)))
    with pytest.raises(SourceError, match="no first frame for 4 s"):
        list(latest)
    assert next(ticks) == 6


def test_a_source_that_another_thread_can_interrupt_is_interrupted() -> None:
    """Closing ends a waiting read where the source knows how."""

    class Interrupted(Stepped):
        def interrupt(self) -> None:
            self.wanted.release()

    source = Interrupted()
    assert not list(Latest(source, stop=lambda: True))
    assert source.closed.wait(60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_although_the_camera_hangs(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM work while the consumer waits; what FFmpeg is waiting for is not waited for."""
    script = "import sys; from haredge.sources import open_source; from haredge.sources.latest import Latest\n"
    script += "for frame in Latest(open_source(sys.argv[1]), stale_s=1000): print(frame.index, flush=True)"
    with servers.mjpeg(*[clips.picture(tmp_path / "blue.jpg")] * 30, then="freeze") as server:
        command = [sys.executable, "-c", script, server.address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(number)
            _, said = process.communicate(timeout=60)
    assert process.returncode == -number
    assert ("KeyboardInterrupt" in said) == (number == signal.SIGINT)
