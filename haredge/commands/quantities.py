"""Numbers on a command line: what they may be, told in words where they are something else."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return what reads a whole number from ``least`` up to ``most``, for ``ArgumentParser.add_argument``."""
    to = "" if most is None else f" to {most}"

    def read(text: str) -> int:
        number = int(text) if text.isdecimal() else -1
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"{text}: a whole number from {least}{to} is needed")
        return number

    return read


def seconds(text: str) -> float:
    """Read a length of time above 0, ``inf`` included."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text}: a number of seconds above 0 is needed")
    return number


def share(text: str) -> float:
    """Read a part of a whole, from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text}: a share from 0 to 1 is needed")
    return number
