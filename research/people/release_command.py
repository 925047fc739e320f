"""Write the model folder that is shipped: the int8 file, its licence, and a manifest with the scores of a person."""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from pathlib import Path
from typing import Final

from haredge.manifest import MANIFEST, MODEL, DataSet, PoseManifest
from research.image_networks import int8_file
from research.people.export import to_keras
from research.people.export_command import calibration_images
from research.people.shelves import Shelves
from research.people.weights import STRIDE, load_weights

SIDE: Final = 192
LICENCES: Final = ("LICENSE.Apache-2.0", "NOTICE")
TRAINED_ON: Final = (
    DataSet(name="MoveNet MultiPose Lightning, Google, through its weights", licence="Apache-2.0 (weights)"),
    DataSet(name="Leeds Sports Pose Extended, images 1 to 9000", licence="research use, cite"),
    DataSet(name="JHMDB, training clips of split 1 (frames)", licence="research use, cite"),
    DataSet(name="Le2i fall detection, Coffee_room_01", licence="research use, cite"),
    DataSet(name="Human Action Recognition still images", licence="ODbL as listed; rights in the images unclear"),
    DataSet(name="people in streets, shops and rooms, and workout videos", licence="see docs/pose-people.md"),
    DataSet(name="Places365 rooms (subset)", licence="non-commercial research"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--weights", type=Path, required=True, help="weights.npz of a training")
    parser.add_argument("--new", type=float, required=True, help="least score of a person who is new, by `follow`")
    parser.add_argument("--tracked", type=float, required=True, help="that of a person who was there a moment ago")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")


def run(arguments: argparse.Namespace) -> None:
    """Convert and write."""
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    images = calibration_images(Shelves.open(arguments.work / "labels"), SIDE)
    content = int8_file(to_keras(load_weights(arguments.weights), (SIDE, SIDE)), images)
    (out / MANIFEST).unlink(missing_ok=True)  # that of a file before describes another one
    (out / MODEL).write_bytes(content)
    for name in LICENCES:
        shutil.copyfile(Path(__file__).with_name(name), out / name)
    PoseManifest(
        name=out.name,
        sha256=hashlib.sha256(content).hexdigest(),
        trained_on=TRAINED_ON,
        licence="Apache-2.0",
        input_size=(SIDE, SIDE),
        stride=STRIDE,
        min_pose_score=arguments.new,
        min_tracked_score=arguments.tracked,
    ).save(out)
    sys.stdout.write(f"{out / MODEL}: {len(content)} bytes\n")
