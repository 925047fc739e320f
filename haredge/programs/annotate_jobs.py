"""Several films at once, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from haredge.progress import Estimate, bar


class _Overview:
    """The progress of all films as one line on a terminal; finished films leave their tables above it."""

    def __init__(self, films: int, *, show: bool) -> None:
        self._shares = [0.0] * films
        self._show = show
        self._estimate = Estimate(films)
        self._lock = threading.Lock()

    def tell(self, index: int, line: str) -> None:
        told = json.loads(line)
        with self._lock:
            self._clear()
            if "done" in told:
                print(told["done"], flush=True)
            self._shares[index] = 1.0 if "done" in told else told["share"] or 0.0
            if self._show:
                done = sum(share == 1.0 for share in self._shares)
                text = f"{done} of {len(self._shares)} films  {bar(self._estimate.at(sum(self._shares)))}"
                print(text, end="", file=sys.stderr, flush=True)

    def _clear(self) -> None:
        if self._show:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def failed(self, index: int, said: str) -> None:
        with self._lock:
            self._clear()
            self._shares[index] = 1.0
            print(said.strip(), file=sys.stderr, flush=True)


def run_jobs(commands: Sequence[Sequence[str]], at_once: int, *, show: bool) -> list[int]:
    """Run the command lines, ``at_once`` of them at a time, and return their exit statuses in order.

    An interrupt reaches the processes too (they share the terminal), and each removes its unfinished video; those that
    have not begun do not begin.
    """
    overview = _Overview(len(commands), show=show)
    pool = ThreadPoolExecutor(at_once)
    try:
        return list(pool.map(partial(_run, overview), range(len(commands)), commands))
    finally:
        pool.shutdown(cancel_futures=True)


def _run(overview: _Overview, index: int, command: Sequence[str]) -> int:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        for line in process.stdout:
            overview.tell(index, line)
        said = process.stderr.read()
    if process.returncode:
        overview.failed(index, said or f"haredge: {command[-1]}: ended with status {process.returncode}")
    return process.returncode
