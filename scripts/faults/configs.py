"""Make up configurations and load each: a configuration or an error that names file and line, never anything else.

    .venv/bin/python scripts/faults/configs.py [--count 10000] [--seed 1]

Half are config.yaml with its text damaged, half are YAML of known and unknown keys with values of every type.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter
from pathlib import Path

import yaml

from haredge.config.load import load
from haredge.config.schema import dotted_keys
from haredge.core.errors import ConfigError

TEXT = (Path(__file__).parents[2] / "config.yaml").read_text()
SCRAPS = [*"\t{}[]'|\0\né", '"', ": ", "- ", "&a ", "*a", "<<: ", "!!int ", "? ", "%"]
VALUES = [
    None,
    True,
    -1,
    0,
    10**30,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "x" * 5000,
    "0",
    "/dev/null",
    [1],
    {},
    {"a": 1},
]


def damaged_text(rng: random.Random) -> bytes:
    """Return config.yaml with a few scraps put in, lines moved, and sometimes bytes that are no text."""
    lines = TEXT.splitlines(keepends=True)
    for _ in range(rng.randrange(1, 6)):
        place = rng.randrange(len(lines))
        at = rng.randrange(len(lines[place]) + 1)
        lines[place] = lines[place][:at] + rng.choice(SCRAPS) + lines[place][at:]
        if rng.random() < 0.3:
            lines.insert(rng.randrange(len(lines)), lines.pop(place))
    data = bytearray("".join(lines).encode())
    if rng.random() < 0.2:
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def made_up(rng: random.Random) -> bytes:
    """Return YAML with some keys set to values of any type."""
    document: dict[str, object] = {}
    for dotted in rng.sample([*dotted_keys(), "camrea.rate", "mqtt.hosts", "x"], rng.randrange(1, 8)):
        section = document
        *parents, last = dotted.split(".")
        for name in parents:
            below = section.setdefault(name, {})
            section = below if isinstance(below, dict) else {}
        section[last] = rng.choice(VALUES)
    return yaml.safe_dump(document).encode()


def fate(path: Path, content: bytes) -> str:
    """Load a configuration; return what became of it."""
    path.write_bytes(content)
    try:
        load(path)
    except ConfigError as error:
        return told(path, str(error))
    return "right"


def told(path: Path, message: str) -> str:
    """Check that every line of a message says where."""
    wrong = [line for line in message.splitlines() if not re.match(rf"{re.escape(str(path))}:\d+: ", line)]
    assert message, "an error without words"
    assert not wrong, wrong
    return "refused, naming file, line and what is wrong"


def main() -> None:
    """Make up and load; print a table. Anything but a ConfigError ends with its traceback and the configuration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng, started = random.Random(args.seed), time.monotonic()
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(args.count):
            content = damaged_text(rng) if number % 2 else made_up(rng)
            try:
                found[fate(Path(folder, "config.yaml"), content)] += 1
            except Exception:
                print(content.decode(errors="replace"))
                raise
    for words, number in found.most_common():
        print(f"{number:6}  {words}")
    print(f"{args.count} configurations in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
