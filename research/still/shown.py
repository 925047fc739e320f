"""What the daemon's loop reports of photographs, each shown for six seconds, with a still model and without.

    python -m research.still.shown --work W [--count 100] [--part 2] [--model still]

No labelled video here shows people who drink, text or use a laptop. A photograph that stays before the camera is the
nearest to one: everything but motion is as in the daemon. W is the folder that ``python -m research.still photographs``
wrote.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.compose import Networks, open_networks
from haredge.config.schema import ActivitySection, Config
from haredge.core.labels import UNKNOWN
from haredge.core.types import Frame, Image
from haredge.opencv import cv2
from research.ending import exit_status
from research.still.dataset import Photographs, load

HZ: Final = 5
FRAMES: Final = 6 * HZ + 1
SHAPE: Final = (168, 224)
"""(height, width) at which photographs are shown: the array has them squeezed into squares, and most are wider."""
NOISE: Final = 2.0
"""A camera's, in grey levels."""


def shown(photograph: NDArray[np.uint8]) -> Iterator[Frame]:
    """Yield the frames of a camera before which a photograph (height, width, 3), RGB, stays."""
    bgr = cv2.resize(np.ascontiguousarray(photograph[:, :, ::-1]), SHAPE[::-1], interpolation=cv2.INTER_AREA)
    rng = np.random.default_rng(0)
    for index in range(FRAMES):
        image: Image = np.clip((bgr + rng.normal(0, NOISE, bgr.shape)).round(), 0, 255).astype(np.uint8)
        yield Frame(index, index / HZ, image)


def said(networks: Networks, photograph: NDArray[np.uint8], true: str, of_images: Sequence[str]) -> str:
    """Return how what is reported in the end compares with a photograph's label.

    ``of_images`` are the labels that the still model adds; the activity model's own are never right or wrong by a
    photograph, unless they are its label.
    """
    *_, last = networks.observe(shown(photograph))
    labels = {person.activity.label for person in last.people if person.settled}
    if not labels:
        return "no person"
    if true in labels:
        return "right"
    if labels == {UNKNOWN}:
        return "unknown"
    return "wrong" if labels & set(of_images) else "another of motion"


def compare(photographs: Photographs, chosen: Sequence[int], model: str) -> Iterator[tuple[str, Counter[str]]]:
    """Yield, without a still model and with one, how often each comparison was made."""
    without, beside = (open_networks(Config(activity=ActivitySection(still_model=still))) for still in (None, model))
    of_images = [label for label in beside.manifest.labels if label not in without.manifest.labels]
    for name, networks in (("without", without), (f"with {model}", beside)):
        counts = Counter(
            said(networks, photographs.images[index], photographs.labels[photographs.true[index]], of_images)
            for index in chosen
        )
        yield name, counts


def main() -> int:
    """Print one line without a still model and one with it."""
    parser = argparse.ArgumentParser(prog="python -m research.still.shown", description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--part", type=int, default=2, help="1: those that choose; 2: those that test")
    parser.add_argument("--model", default="still")
    args = parser.parse_args()
    return exit_status(lambda: _print(args))


def _print(args: argparse.Namespace) -> None:
    photographs = load(args.work)
    chosen = np.random.default_rng(1).permutation(np.flatnonzero(photographs.part == args.part))[: args.count]
    for name, counts in compare(photographs, chosen.tolist(), args.model):
        sys.stdout.write(f"{name}: {', '.join(f'{words} {count}' for words, count in counts.most_common())}\n")


if __name__ == "__main__":
    sys.exit(main())
