"""Several videos at once, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from haredge.core.unnamed_file import unnamed_file
from haredge.terminal import LiveLine, ProgressBar


class _Overview:
    """The progress of all videos as one line on a terminal; finished videos leave their tables above it."""

    def __init__(self, videos: int) -> None:
        self._shares = [0.0] * videos
        self._line = LiveLine()
        self._bar = ProgressBar(videos, self._line)
        self._lock = threading.Lock()
        self.interrupted = False
        """Whether the videos that still run are ended by this process, which is no failure of theirs."""

    def tell(self, index: int, line: str) -> None:
        told = json.loads(line)
        with self._lock:
            if "done" in told:
                self._line.above(told["done"])
            self._shares[index] = 1.0 if "done" in told else told["share"] or 0.0
            done = sum(share == 1.0 for share in self._shares)
            self._bar.show(sum(self._shares), f"{done} of {len(self._shares)} videos  ")

    def failed(self, index: int, said: str) -> None:
        with self._lock:
            self._shares[index] = 1.0
            if not self.interrupted:
                self._line.above(said.strip(), sys.stderr)

    def close(self) -> None:
        self._line.clear()


def run_jobs(commands: Sequence[Sequence[str]], at_once: int) -> list[int]:
    """Run the command lines, ``at_once`` of them at a time, and return their exit statuses in order.

    When this process is interrupted it ends the others, each of which removes its unfinished video; those that have
    not begun do not begin.
    """
    overview = _Overview(len(commands))
    pool, running = ThreadPoolExecutor(at_once), set[subprocess.Popen[str]]()
    try:
        return list(pool.map(partial(_run, overview, running), range(len(commands)), commands))
    except BaseException:
        overview.interrupted = True
        for process in tuple(running):
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        overview.close()


def _run(overview: _Overview, running: set[subprocess.Popen[str]], index: int, command: Sequence[str]) -> int:
    # Errors go to a file: a pipe that is read last would stop who fills it.
    with unnamed_file() as errors:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
            running.add(process)
            if overview.interrupted:  # while it was being started, so that no one else ends it
                process.terminate()
            assert process.stdout
            for line in process.stdout:
                overview.tell(index, line)
        running.discard(process)
        if process.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="backslashreplace")
            overview.failed(index, said or f"haredge: {command[-1]}: ended with status {process.returncode}")
    return process.returncode
