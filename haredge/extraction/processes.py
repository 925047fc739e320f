"""Videos worked on in parallel, by processes of this machine."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import connection, get_context, resource_tracker
from typing import Final

from haredge.extraction.cutting import Job, Outcome, skip, work
from haredge.extraction.listing import LabelledVideoFile

TRIES: Final = 2
"""Processes that a video may take down with it before it is skipped: the first may have been killed by chance."""


def work_through(videos: Iterable[LabelledVideoFile], job: Job, at_once: int) -> Generator[list[Outcome], None, None]:
    """Yield each video's outcomes as it is finished, ``at_once`` of them being worked on.

    A video that crashes the decoder costs its process, and is skipped. Closing the iterator ends the processes.
    """
    waiting = iter(videos)
    workers = [_Worker(job, video) for video in islice(waiting, at_once)]
    try:
        while workers:
            for ready in connection.wait([worker.answers for worker in workers]):
                worker = next(worker for worker in workers if worker.answers is ready)
                if (outcomes := worker.outcomes()) is None:
                    continue
                yield outcomes
                if (video := next(waiting, None)) is None:
                    workers.remove(worker)
                    worker.end()
                else:
                    worker.give(video)
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """A process that works on one video at a time, and is replaced when it dies."""

    def __init__(self, job: Job, video: LabelledVideoFile) -> None:
        self._job = job
        self._begin()
        self.give(video)

    def _begin(self) -> None:
        # A forked process would inherit OpenCV's and the inference engine's threads in whatever state they are.
        context = get_context("spawn")
        self.answers, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with uninterrupted():
            self._process.start()
        theirs.close()
        # Not with what it is started with, which is written without end to a process that has died meanwhile.
        self._tell(self._job)

    def give(self, video: LabelledVideoFile) -> None:
        self._video, self._tries = video, 1
        self._send()

    def _send(self) -> None:
        self._tell(self._video)

    def _tell(self, what: Job | LabelledVideoFile) -> None:
        # A process that has died meanwhile is found out, and replaced, when it is to answer.
        with suppress(BrokenPipeError, ConnectionResetError):
            self.answers.send(what)

    def outcomes(self) -> list[Outcome] | None:
        """Give the outcomes that are ready; None if the process has died and another tries."""
        try:
            answer: list[Outcome] = self.answers.recv()
        except (EOFError, ConnectionResetError):
            status = self._replace()
        else:
            return answer
        if self._tries == TRIES:
            return skip(self._video, f"reading it ended the process, {TRIES} times ({_words(status)})")
        self._tries += 1
        self._send()
        return None

    def _replace(self) -> int | None:
        self._process.join()
        status = self._process.exitcode
        self.answers.close()
        self._begin()
        return status

    def end(self) -> None:
        self._process.terminate()
        self._process.join()
        self.answers.close()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Put off what ends the command until a process has been started; Ctrl-C never arrives in that process.

    A terminal's Ctrl-C, which reaches both, would print where each of them was; and a process whose start is broken off
    would print that what it is to do has not come.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # It changes the mask when it starts, which it does once.
    resource_tracker.ensure_running()
    with _put_off():
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@contextmanager
def _put_off() -> Iterator[None]:
    """Put off the signals that this process answers; signals are the main thread's."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    answered = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in answered:
        signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, handler in answered.items():
            signal.signal(number, handler)
    if came:
        signal.raise_signal(came[0])


def _words(status: int | None) -> str:
    return signal.Signals(-status).name if status is not None and status < 0 else f"exit status {status}"


def _serve(videos: connection.Connection) -> None:
    """Take the job, then answer each video with its outcomes until the other end is closed."""
    # What a source logs comes back with the outcomes; said here as well, it would be said twice.
    logging.getLogger("haredge").setLevel(logging.ERROR)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        job: Job = videos.recv()
        while True:
            videos.send(work(videos.recv(), job))
