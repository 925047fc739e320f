"""Measure how often people are found on Le2i's falls and in empty rooms, for any networks in the same run.

A network is [TITLE=]FILE[@SIDE]: weights of a training (.npz), a .tflite file, or the name of an installed model.
Le2i's Home_01 is held out: it is measured only with --held-out, and nothing may be chosen by it.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from research.people.inference import Finder
from research.people.measured import ALLOWED, Network, say
from research.people.sight import (
    PHASES,
    FallFrame,
    best_scores,
    fall_frames,
    room_images,
    score_at_box,
    shares_above,
    threshold_for,
)

FOR_CHOICE: Final = "Coffee_room_02"
HELD_OUT: Final = "Home_01"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--shared", type=Path, required=True, help="data's folder")
    parser.add_argument("--held-out", action="store_true", help="measure on Le2i's Home_01, too")
    parser.add_argument(
        "--rooms", default="test", choices=["test", "choice", "every_third"], help="empty rooms (default: test)"
    )
    parser.add_argument("--threshold", type=float, help="use this one in place of the one that the rooms ask for")
    parser.add_argument("networks", nargs="+", metavar="[TITLE=]FILE[@SIDE]", help="network to measure")


def run(arguments: argparse.Namespace) -> None:
    """Measure and print one row a network and place."""
    rooms = room_images(arguments.shared, arguments.rooms)
    places = [FOR_CHOICE, *([HELD_OUT] if arguments.held_out else [])]
    falls = {place: fall_frames(arguments.shared, place) for place in places}
    counts = ", ".join(f"{place} {len(frames)} frames" for place, frames in falls.items())
    say(f"{len(rooms)} rooms ({arguments.rooms}); {counts}")
    say(f"{'network':24}{'threshold':>10}{'rooms':>8}{'ms':>7}  " + "".join(f"{place:>24}" for place in places))
    for text in arguments.networks:
        say(_row(Network.open(text), rooms, falls, arguments.threshold))


def _row(network: Network, rooms: list[Image], falls: dict[str, list[FallFrame]], threshold: float | None) -> str:
    start = time.process_time()
    empty = best_scores(network.find, rooms)
    cpu_ms = 1000 * (time.process_time() - start) / len(rooms)
    threshold = threshold_for(empty, ALLOWED) if threshold is None else threshold
    shares = [_shares(network.find, frames, threshold) for frames in falls.values()]
    false = float((empty >= threshold).mean())
    return f"{network.title:24}{threshold:10.3f}{false:8.3f}{cpu_ms:7.1f}  " + "".join(f"{one:>24}" for one in shares)


def _shares(find: Finder, frames: list[FallFrame], threshold: float) -> str:
    scores: NDArray[np.float64] = np.array([score_at_box(find, frame) for frame in frames])
    found = shares_above(scores, frames, threshold)
    return "  ".join(f"{share:.3f}" for share, _ in zip(found, PHASES, strict=True))
