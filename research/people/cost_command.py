"""Measure what four people cost beside one: CPU time and memory of the tracker, for any networks.

Two videos of one person, as they are and mirrored, fill the quarters of an image; beside that, one of them is alone.
A network is [TITLE=]MODEL[@HEIGHTxWIDTH]: an installed model or a file.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.types import Frame, Image
from haredge.opencv import cv2
from haredge.pose.tracker import PeopleTracker
from haredge.sources.throttle import at_rate
from haredge.sources.uri import open_source
from research.people.follow_command import Counted, opened

RATE_HZ: Final = 10.0
QUARTER: Final = (320, 240)
"""Width and height of one person's part of the image."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--videos", type=Path, nargs=2, required=True, help="two videos of one person each")
    parser.add_argument("--frames", type=int, default=60, help="frames (default: 60)")
    parser.add_argument("networks", nargs="+", metavar="[TITLE=]MODEL[@HxW]", help="network to measure")


def run(arguments: argparse.Namespace) -> None:
    """Measure and print one row a network."""
    one, other = (list(_small(path, arguments.frames)) for path in arguments.videos)
    grey = [np.full_like(image, 127) for image in one]
    four = _tiled(one, other, _mirrored(one), _mirrored(other))
    alone = _tiled(one, grey, grey, grey)
    sys.stdout.write(
        f"{'network':24}{'one, ms':>9}{'runs':>6}{'four, ms':>10}{'runs':>6}{'people':>8}{'ratio':>7}{'kB each':>9}\n"
    )
    for text in arguments.networks:
        title, network = opened(text)
        _measured(network, alone)  # the first frames warm caches
        first_ms, first_runs, first_people, first_bytes = _measured(network, alone)
        all_ms, all_runs, people, all_bytes = _measured(network, four)
        more = max(people - first_people, 1)
        sys.stdout.write(
            f"{title:24}{first_ms:9.1f}{first_runs:6.2f}{all_ms:10.1f}{all_runs:6.2f}{people:8.2f}"
            f"{all_ms / first_ms:7.2f}{(all_bytes - first_bytes) / more / 1e3:9.1f}\n"
        )
        sys.stdout.flush()


def _measured(network: Counted, images: Sequence[Image]) -> tuple[float, float, float, int]:
    """Return CPU ms and runs a frame, people in a frame of the last half, and bytes that the tracker holds."""
    frames = [Frame(index, index / RATE_HZ, image) for index, image in enumerate(images)]
    tracker, runs, begin = PeopleTracker(network, 4), network.runs, time.process_time()
    seen = [len(tracker.estimate(frame)) for frame in frames]
    cpu_s = time.process_time() - begin
    runs = network.runs - runs
    tracemalloc.start()
    held = PeopleTracker(network, 4)
    for frame in frames[: len(frames) // 2]:
        held.estimate(frame)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return 1000 * cpu_s / len(frames), runs / len(frames), float(np.mean(seen[len(seen) // 2 :])), size


def _small(path: Path, count: int) -> Iterator[Image]:
    for frame in islice(at_rate(open_source(str(path)), RATE_HZ), count):
        yield np.asarray(cv2.resize(frame.image, QUARTER, interpolation=cv2.INTER_AREA), np.uint8)


def _mirrored(images: Sequence[Image]) -> list[Image]:
    return [np.ascontiguousarray(image[:, ::-1]) for image in images]


def _tiled(*quarters: Sequence[Image]) -> list[Image]:
    return [np.vstack((np.hstack(four[:2]), np.hstack(four[2:]))) for four in zip(*quarters, strict=False)]
