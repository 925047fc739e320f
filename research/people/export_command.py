"""Convert weights to int8 TFLite files, and to float ones to compare with."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.types import Image
from haredge.pose.fitting import fit
from research.image_networks import float_file, int8_file
from research.people.export import to_keras
from research.people.shelves import Shelves
from research.people.weights import load_weights

CALIBRATION: Final = 200
"""Images that give the ranges of activations."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--weights", type=Path, required=True, help="weights.npz of a training")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for people_SIDE.tflite and people_SIDE_float.tflite"
    )
    parser.add_argument("--sides", type=int, nargs="+", default=[192], help="widths and heights (default: 192)")


def run(arguments: argparse.Namespace) -> None:
    """Convert."""
    weights, shelves = load_weights(arguments.weights), Shelves.open(arguments.work / "labels")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for side in arguments.sides:
        model = to_keras(weights, (side, side))
        images = calibration_images(shelves, side)
        (arguments.out / f"people_{side}.tflite").write_bytes(int8_file(model, images))
        (arguments.out / f"people_{side}_float.tflite").write_bytes(float_file(model))


def calibration_images(shelves: Shelves, side: int) -> list[Image]:
    """Return training images of all sources, RGB, fitted into ``side`` x ``side`` pixels."""
    rng = np.random.default_rng(0)
    drawn = [shelves.draw(rng) if rng.random() < 0.8 else shelves.draw_room(rng) for _ in range(CALIBRATION)]
    return [
        fit(np.ascontiguousarray(shelves.shelves[source].image(number)), (side, side)).pixels
        for source, number in drawn
    ]
