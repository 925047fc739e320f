"""Promises of the processes that work side by side: each video's outcomes come once, whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert")

import installed
from deadline import wait_until

from haredge.extraction.cutting import Job, Outcome, Recorded, Skipped
from haredge.extraction.listing import Cut, LabelledVideoFile
from haredge.extraction.processes import uninterrupted, work_through
from haredge.models.open import PoseFile


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    return Job(PoseFile.read(str(installed.pose_model(tmp_path_factory.mktemp("models")))), 15.0)


def videos(folder: Path, count: int) -> list[LabelledVideoFile]:
    video = installed.film(folder / "film.mp4", [installed.person(arms_up=True)] * 30)
    return [LabelledVideoFile(video, f"{index}.mp4", (Cut(f"{index}", "x", "g"),)) for index in range(count)]


class Running:
    """Work going on in a thread, so that the test can kill its processes."""

    def __init__(self, todo: list[LabelledVideoFile], job: Job, at_once: int) -> None:
        self.outcomes: list[Outcome] = []
        self._thread = threading.Thread(target=self._work, args=(todo, job, at_once))
        self._thread.start()

    def _work(self, todo: list[LabelledVideoFile], job: Job, at_once: int) -> None:
        for outcomes in work_through(todo, job, at_once):
            self.outcomes += outcomes

    @property
    def ended(self) -> bool:
        return not self._thread.is_alive()


def kill_one() -> bool:
    pids = [process.pid for process in active_children() if process.pid]
    if pids:
        os.kill(pids[0], signal.SIGKILL)
    return bool(pids)


def names(outcomes: list[Outcome]) -> list[str]:
    return sorted(each.about.name for each in outcomes if isinstance(each, Recorded))


def test_a_process_that_is_killed_costs_nothing(job: Job, tmp_path: Path) -> None:
    """Its video is given to another; every outcome comes, none twice, and no process is left."""
    running = Running(videos(tmp_path, 4), job, 2)
    wait_until(lambda: len(running.outcomes) > 0, "the first outcome", 100)
    assert kill_one()
    wait_until(lambda: running.ended, "the end", 100)
    assert names(running.outcomes) == [str(index) for index in range(4)]
    assert active_children() == []


def test_a_video_that_kills_process_after_process_is_skipped(job: Job, tmp_path: Path) -> None:
    """A file that crashes the decoder does not end the run."""
    running = Running(videos(tmp_path, 1), job, 1)
    wait_until(lambda: running.ended or (kill_one() and running.ended), "the end", 100)
    (skipped,) = running.outcomes
    assert isinstance(skipped, Skipped)
    assert "ended the process" in skipped.reason
    assert "SIGKILL" in skipped.reason


def test_closing_ends_the_processes(job: Job, tmp_path: Path) -> None:
    """An interrupted run leaves nothing behind that goes on reading."""
    working = work_through(videos(tmp_path, 9), job, 2)
    next(working)
    assert active_children()
    working.close()
    assert active_children() == []


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Have SIGINT interrupt, whatever a test before has made of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_waits_until_a_process_is_started_and_never_reaches_it() -> None:
    """Ctrl-C while processes are being started shows no traceback of theirs, and ends the command all the same."""
    masked = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    told: list[str] = []

    def start() -> None:
        with uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            told.append(subprocess.check_output([sys.executable, "-c", masked], text=True))

    with pytest.raises(KeyboardInterrupt):
        start()
    assert told == ["True\n"]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_ends_the_command_waits_until_a_process_is_started(number: signal.Signals) -> None:
    """A process whose start is broken off would print a traceback; one that is ignored stays so in the process."""
    before = signal.signal(number, signal.default_int_handler)
    told: list[str] = []

    def start() -> None:
        with uninterrupted():
            os.kill(os.getpid(), number)
            told.append("started")

    try:
        with pytest.raises(KeyboardInterrupt):
            start()
        assert told == ["started"]
        assert signal.getsignal(number) is signal.default_int_handler
        signal.signal(number, signal.SIG_IGN)
        with uninterrupted():
            assert signal.getsignal(number) is signal.SIG_IGN
    finally:
        signal.signal(number, before)
