"""Processes that tests start: one that a failed test leaves running is ended after that test."""

from __future__ import annotations

import subprocess
from typing import TypeVar

Text = TypeVar("Text", str, bytes)

_started: list[subprocess.Popen[str] | subprocess.Popen[bytes]] = []


def started(process: subprocess.Popen[Text]) -> subprocess.Popen[Text]:
    """Have a process ended after the test, if it still runs then, and return it."""
    _started.append(process)
    return process


def end_started() -> None:
    """End what still runs."""
    while _started:
        process = _started.pop()
        if process.poll() is None:
            process.kill()
            process.wait()
