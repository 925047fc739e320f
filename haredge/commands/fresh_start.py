"""A fresh process that runs the daemon's loop for a few frames, to see how soon it answers and how much it takes.

Run as ``python -m haredge.commands.fresh_start`` with the daemon's own arguments. It prints a line when the first
frame's pose is known, and at the end its peak memory.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Final

from haredge.commands.arguments import add_overrides, load_config
from haredge.compose import buffered, open_configured_source, open_networks
from haredge.core.errors import HaredgeError
from haredge.core.unnamed_file import unnamed_file

FRAMES: Final = 60
"""Frames after which memory has peaked: the window has been full, and the classifier has run."""

_FIRST: Final = "first pose"


@dataclass(frozen=True, slots=True)
class FreshStart:
    """How a fresh process did."""

    startup_s: float
    """Seconds from the start of the process to the first frame's pose."""
    peak_rss_mb: float
    """Peak resident memory in MiB."""


def measure(arguments: Sequence[str], clock: Callable[[], float] = time.perf_counter) -> FreshStart:
    """Start a fresh process with these arguments of the daemon and wait for its end.

    Raises :class:`HaredgeError` with its last line where it fails.
    """
    command = [sys.executable, "-m", __name__, *arguments]
    start = clock()
    # Errors go to a file: a pipe that is read last would stop who fills it.
    with unnamed_file() as errors:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as child:
            assert child.stdout is not None
            first = child.stdout.readline()
            startup_s = clock() - start
            peak = child.stdout.read()
        errors.seek(0)
        said = errors.read().decode(errors="backslashreplace").splitlines()
    if child.returncode or first.strip() != _FIRST:
        raise HaredgeError(f"the fresh process failed: {(said or ['it saw no frame'])[-1]}")
    return FreshStart(startup_s, float(peak))


def run(arguments: Sequence[str], out: IO[str]) -> None:
    """Be the fresh process."""
    parser = argparse.ArgumentParser()
    add_overrides(parser)
    config = load_config(parser.parse_args(arguments))
    recogniser = open_networks(config)
    source = buffered(open_configured_source(config), config)
    with closing(iter(source)) as frames:
        for index, _ in enumerate(islice(recogniser.observe(frames), FRAMES)):
            if index == 0:
                print(_FIRST, file=out, flush=True)
    print(_peak_rss_mb(), file=out)


def _peak_rss_mb() -> float:
    # Not getrusage: a process inherits its parent's peak through vfork, where VmHWM starts from zero (proc(5)).
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    try:
        run(sys.argv[1:], sys.stdout)
    except HaredgeError as error:
        sys.exit(str(error))
