"""Damage model files at random and load each: an error or an answer, never a crash, a hang or a traceback.

    .venv/bin/python scripts/faults/models.py [--count 2000] [--seed 1]

Each file is loaded as the daemon loads a file without a checksum: tried in a child process, then here. This process's
survival is the test.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from haredge.core.errors import ModelError
from haredge.core.progress import Estimate, bar
from haredge.inference.tflite import Network

MODELS = Path(__file__).parents[2] / "models"


def damaged(content: bytes, rng: np.random.Generator) -> tuple[str, bytes]:
    """Return a kind of damage and what it makes of a file; its structure is hit as often as its weights."""
    kind = rng.choice(["cut off", "bits flipped", "bytes in the structure", "zeroed", "random from here"])
    data = bytearray(content)
    size = len(data)
    start = int(rng.integers(8, size))
    if kind == "cut off":
        return kind, bytes(data[:start])
    if kind == "bits flipped":
        for place in rng.integers(8, size, rng.integers(1, 200)):
            data[place] ^= 1 << int(rng.integers(8))
    elif kind == "bytes in the structure":
        # Tables lie at both ends of the file, the weights between.
        for place in rng.integers(8, min(size, 4000), rng.integers(1, 20)):
            data[place if rng.random() < 0.5 else size - place] = int(rng.integers(256))
    elif kind == "zeroed":
        data[start : start + 4096] = bytes(len(data[start : start + 4096]))
    else:
        data[start:] = rng.bytes(size - start)
    return kind, bytes(data)


def load(seed: int) -> tuple[str, str]:
    """Damage a model and load it; return the damage, and what became of it in a word."""
    rng = np.random.default_rng(seed)
    path = rng.choice(sorted(MODELS.glob("*/model.tflite")))
    kind, content = damaged(Path(path).read_bytes(), rng)
    try:
        network = Network.open(content)
        network.run(np.zeros(network.input.shape, network.input.dtype))
    except ModelError as error:
        return kind, refused(str(error))
    return kind, "runs (the damage is in its weights)"


def refused(message: str) -> str:
    """Check that a message is one line, and say what lies behind it."""
    assert len(message.splitlines()) == 1, message
    child = "crashes the interpreter" in message or "does not run within" in message
    return "crashed or hung in the child: refused" if child else "refused"


def told(fates: Iterator[tuple[str, str]], count: int) -> Iterator[tuple[str, str]]:
    """Pass what became of the files on, and show how far it has come."""
    estimate = Estimate(count)
    for number, fate in enumerate(fates, 1):
        if number % 100 == 0:
            print(bar(estimate.at(number)), file=sys.stderr)
        yield fate


def main() -> None:
    """Damage and load; print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    started = time.monotonic()
    # A worker that dies breaks the pool, and with it this run.
    with ProcessPoolExecutor(2) as pool:
        fates = pool.map(load, range(args.seed, args.seed + args.count), chunksize=8)
        found = Counter(told(fates, args.count))
    for (kind, fate), number in sorted(found.items()):
        print(f"{number:6}  {kind:<24}{fate}")
    print(f"{sum(found.values())} files in {time.monotonic() - started:.0f} s, none took this process down")


if __name__ == "__main__":
    main()
