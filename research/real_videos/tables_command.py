"""Unpack the labelled videos and write tables for ``haredge extract``."""

from __future__ import annotations

import argparse
import sys
import zipfile
from pathlib import Path

from research.real_videos import tables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("data", type=Path, help="folder with labelled_videos")
    parser.add_argument("work", type=Path, help="folder for videos and tables, outside the checkout")


def run(args: argparse.Namespace) -> None:
    """Unpack and write ``train_*.csv`` (all to train on), ``whole_*.csv`` and ``jhmdb_test.csv``."""
    labelled = args.data / "labelled_videos"
    for name in ("jhmdb", "le2i", "workout"):
        with zipfile.ZipFile(labelled / f"{name}.zip") as archive:
            archive.extractall(args.work / name)
    training = [*tables.jhmdb(labelled, "train"), *tables.workout(labelled), *tables.coffee_room(labelled)]
    parts = dict(zip(("train_a", "train_b"), tables.halves(training), strict=True))
    parts |= zip(("whole_a", "whole_b"), tables.halves(tables.whole(labelled)), strict=True)
    parts["jhmdb_test"] = list(tables.jhmdb(labelled, "test"))
    for name, rows in parts.items():
        sys.stdout.write(f"{name}.csv: {tables.write(args.work / f'{name}.csv', rows)} stretches\n")
