"""Measure how extraction on a Dask cluster speeds up with its workers, each a process of this machine.

    .venv/bin/python scripts/measure_workers.py VIDEOS [--workers 1 2] [--rounds 3]

VIDEOS is what ``haredge extract`` takes. Workers have read every video once before time is taken, and clusters take
turns, so that what else the machine does meets all alike. The least time of each counts.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from haredge.config.schema import CameraSection, PoseSection
from haredge.extraction.cluster import work_through
from haredge.extraction.cutting import Job
from haredge.extraction.listing import LabelledVideoFile, list_videos
from haredge.models.open import PoseFile


def main() -> None:
    """Print a line for each number of workers."""
    parser = argparse.ArgumentParser(description="Measure how extraction on a Dask cluster speeds up with its workers.")
    parser.add_argument("videos", type=Path, metavar="VIDEOS")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    args = parser.parse_args()
    videos, job = list_videos(args.videos), Job(PoseFile.read(PoseSection().model), CameraSection().rate_hz)
    with ExitStack() as stack:
        clusters = {count: _cluster(stack, count) for count in args.workers}
        for address in clusters.values():
            _seconds(videos, job, address)
        rounds = [[_seconds(videos, job, clusters[count]) for count in args.workers] for _ in range(args.rounds)]
    best_s = [min(times) for times in zip(*rounds, strict=True)]
    print("workers  seconds  videos/s  speed-up")
    for count, seconds in zip(args.workers, best_s, strict=True):
        print(f"{count:7} {seconds:8.1f} {len(videos) / seconds:9.2f} {best_s[0] / seconds:9.2f}")


def _cluster(stack: ExitStack, workers: int) -> str:
    """Start a scheduler and its workers, and return its address once all have joined."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    _start(stack, "dask_scheduler", "--port", str(port), ready="Scheduler at")
    for _ in range(workers):
        _start(stack, "dask_worker", address, "--nthreads", "1", "--no-nanny", ready="Registered to")
    return address


def _start(stack: ExitStack, program: str, *words: str, ready: str) -> None:
    command = [sys.executable, "-m", f"distributed.cli.{program}", *words, "--host", "127.0.0.1", "--no-dashboard"]
    log = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    while ready not in log.read_text():
        if process.poll() is not None:
            sys.exit(log.read_text())
        time.sleep(0.1)


def _seconds(videos: list[LabelledVideoFile], job: Job, address: str) -> float:
    began_s = time.monotonic()
    done = sum(1 for _ in work_through(videos, job, address, lambda _: None))
    assert done == len(videos)
    return time.monotonic() - began_s


if __name__ == "__main__":
    main()
