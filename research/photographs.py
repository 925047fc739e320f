"""People in photographs, held before a camera: what the pose network makes of real people who keep still.

Motion capture knows few ways to sit or to lie, and a synthetic person is not a real one; a photograph of a person who
sits on a sofa shows what a living room will. It shows no movement, so only what is done by keeping still is
used.

``python -m research.photographs --pictures har15 --out photographs`` makes recordings of them, and
``haredge train`` takes their folder. The images are the Human Action Recognition stills; those in the pose
network's validation set are left out, and ``--kept`` makes recordings of them alone, to try a model on.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from tqdm import tqdm

from haredge.core.errors import DataError
from haredge.core.types import Frame, Image
from haredge.datasets.image_set import ImageSet
from haredge.datasets.recording import About, Recording, RecordingBuilder
from haredge.models.open import PoseFile
from haredge.opencv import cv2
from haredge.pipeline import track
from haredge.pose.estimator import RegionEstimator
from haredge.pose.tracker import PeopleTracker
from haredge.synthetic.grain import Grain
from research.csv_rows import csv_rows
from research.ending import exit_status
from research.image_splits import for_choice

HELD: Final = (
    *("sitting", "using_laptop", "sleeping"),
    *("calling", "drinking", "eating", "listening_to_music", "texting"),
)
"""Labels of what is done without moving much; the second row trains a hand at the face as background."""
RATE_HZ: Final = 6.0
FRAMES: Final = 10
"""Frames that each image is held for: as many as a window has poses, and one more."""
SWAY_PX: Final = 0.25
"""How far it moves from frame to frame, as no person and no camera keeps quite still: standard deviation."""
FEWEST_SEEN: Final = 0.6
"""Least share of the frames in which a person is found."""


def frames_of(image: Image, rng: np.random.Generator) -> Iterator[Frame]:
    """Yield an image as a camera that does not stand quite still would: swaying, with a sensor's noise."""
    height, width = image.shape[:2]
    grain = Grain(rng, (width, height), float(rng.uniform(1, 6)))
    places = np.cumsum(rng.normal(0, SWAY_PX, (FRAMES, 2)), axis=0)
    for index, (x, y) in enumerate(places.tolist()):
        matrix = np.array([[1, 0, x], [0, 1, y]])
        moved = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        yield Frame(index, index / RATE_HZ, grain.over(np.asarray(moved, np.uint8), index / RATE_HZ))


def record(image: Image, estimator: RegionEstimator, about: About, rng: np.random.Generator) -> Recording | None:
    """Return the poses that the network finds in an image held before it; None if it finds too few."""
    recording = RecordingBuilder(about)
    for _, poses in track(frames_of(image, rng), PeopleTracker(estimator)):
        recording.add(poses)
    return next((one for one in recording.build() if len(one.times) >= FEWEST_SEEN * one.frames), None)


def record_all(folder: Path, network: PoseFile, out: Path, seed: int, *, kept: bool = False) -> Iterator[Path | None]:
    """Yield the file of each image's recording below ``out``, made where it is missing; None if no person is found.

    ``kept`` takes the images that are held out, and no others. ``folder`` has ``train.zip`` and
    ``Training_set.csv``. Raises :class:`DataError` if these cannot be read, or a recording cannot be written.
    """
    estimator, album = network.open(), ImageSet(folder / "train.zip")
    places = {Path(place).name: place for place in album.names()}
    for number, (name, label) in enumerate(labels(folder / "Training_set.csv")):
        content = album.content(places.get(name, name))
        if for_choice("har15", content) != kept:
            continue
        about = _about(name, label, hashlib.sha256(content).hexdigest()[:12], network)
        if about.path(out).exists():
            yield about.path(out)
            continue
        recording = record(album.image(places[name]), estimator, about, np.random.default_rng((seed, number)))
        yield recording.save(out) if recording else None


def labels(table: Path) -> list[tuple[str, str]]:
    """Read the images' names with their labels, of those that show what is :data:`HELD`."""
    try:
        rows = [(row["filename"], row["label"]) for row in csv_rows(table)]
    except (OSError, KeyError, ValueError) as error:
        raise DataError(f"{table}: not a table of filename,label: {error}") from error
    return [(name, label) for name, label in rows if label in HELD]


def _about(name: str, label: str, checksum: str, network: PoseFile) -> About:
    # Equal images are one group.
    source = f"har15/{name}, held"
    return About(
        name=name, label=label, group=f"har15 {checksum}", source=source, rate_hz=RATE_HZ, pose_model=network.model
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Hold photographs before a pose network."""
    parser = argparse.ArgumentParser(prog="python -m research.photographs", description=main.__doc__)
    parser.add_argument("--pictures", type=Path, metavar="DIR", required=True, help="train.zip and Training_set.csv")
    parser.add_argument("--kept", action="store_true", help="only the held-out images, to test a model on")
    parser.add_argument("--pose-model", default="people", metavar="MODEL", help="the pose network (people)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of recordings")
    parser.add_argument("--seed", type=int, default=13, help="of swaying and noise (13)")
    args = parser.parse_args(arguments)
    return exit_status(lambda: _record(args))


def _record(args: argparse.Namespace) -> None:
    made = record_all(args.pictures, PoseFile.read(args.pose_model), args.out, args.seed, kept=args.kept)
    total = len(labels(args.pictures / "Training_set.csv"))
    found = [path is not None for path in tqdm(made, total=total, unit="image", mininterval=5)]
    print(f"{args.out}: {sum(found)} recordings; too few poses in {len(found) - sum(found)} others")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
