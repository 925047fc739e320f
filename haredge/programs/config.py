"""``haredge config check``: tell whether a configuration is right, and which one would be read."""

from __future__ import annotations

import argparse
from pathlib import Path

from haredge import config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge config``."""
    parser.add_argument("action", choices=("check",))
    parser.add_argument("file", nargs="?", type=Path, help="a configuration; without it, the one that would be read")


def run(args: argparse.Namespace) -> int:
    """Check a configuration; a wrong one raises :class:`haredge.errors.ConfigError`."""
    path = args.file or config.find()
    config.load(path)
    print(f"{path}: fine" if path else "no configuration file: the defaults are used")
    return 0
