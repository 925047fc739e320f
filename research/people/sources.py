"""The images that are labelled for training, with what is known of them; what is held out is never read.

Held out: Leeds Sports Pose Extended 9001-10000 and the images kept for validation, the stock photographs kept for
validation, JHMDB's test clips of split 1, all of Le2i but Coffee_room_01, and the rooms for validation and test.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.datasets.formats.leeds import read_lspet
from haredge.datasets.image_set import ImageSet
from haredge.datasets.pose_image_splits import split_rooms
from haredge.opencv import cv2
from research.csv_rows import csv_rows
from research.image_splits import for_choice, lspet_training
from research.people.le2i import annotated_boxes

EVERY: Final = {"le2i": 4, "jhmdb": 6, "workout": 6}
"""Every how many frames of a video one is labelled."""
ROOM: Final = "Coffee_room_01"
"""The only room of Le2i to train on."""

PARTLY: Final = {"square", "head_and_shoulders", "shop_market", "street_often_behind"}
"""Kinds of ``people`` of which the source says that only some people are labelled."""


@dataclass(frozen=True, slots=True)
class RawImage:
    """An image to be labelled."""

    name: str
    image: Image
    """(height, width, 3) bytes, BGR."""
    boxes: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 4)))
    """(n, 4) left, top, right, bottom in pixels of people that the source has labelled."""
    joints: NDArray[np.float64] | None = None
    """(17, 3) x, y, labelled: one person's keypoints that people have labelled."""
    empty: bool = False
    """Known to show no people, except for a rare small figure."""
    crowded: bool = False
    """May show more people than one inference can find."""
    partly: bool = False
    """Shows more people than will be labelled: what is not labelled is not background."""


def read_source(name: str, shared: Path, skip: int = 0) -> Iterator[RawImage]:
    """Yield a source's images, always in the same order, from the ``skip``-th on; ``shared`` is the data's folder."""
    readers = {"people": _people, "rooms": _rooms, "le2i": _le2i, "workout": _workout, "jhmdb": _jhmdb}
    readers |= {"lspet": _lspet, "har15": _har15}
    return readers[name](shared, skip)


SOURCES: Final = ("people", "le2i", "rooms", "workout", "jhmdb", "lspet", "har15")
"""All sources, those that count most first."""


def _people(shared: Path, skip: int) -> Iterator[RawImage]:
    folder = shared / "people"
    images = ImageSet(folder / "pictures.zip")
    for row in csv_rows(folder / "pictures.csv")[skip:]:
        image = images.image(row["file"])
        boxes, partly = _shares(row["boxes"], image), row["kind"] in PARTLY
        yield RawImage(f"{row['kind']}/{row['file']}", image, boxes, crowded=True, partly=partly)


def _shares(text: str, image: Image) -> NDArray[np.float64]:
    """Turn ``x y w h`` rows in shares of the image into boxes in pixels."""
    rows = np.array(text.replace(";", " ").split(), float).reshape(-1, 4)
    height, width = image.shape[:2]
    return np.concatenate((rows[:, :2], rows[:, :2] + rows[:, 2:]), 1) * (width, height, width, height)


def _rooms(shared: Path, skip: int) -> Iterator[RawImage]:
    images = ImageSet(shared / "rooms" / "rooms.zip")
    for name in sorted(split_rooms(images.names()).train)[skip:]:
        yield RawImage(name, images.image(name), empty=True)


def _lspet(shared: Path, skip: int) -> Iterator[RawImage]:
    images = ImageSet(shared / "lspet" / "images.zip")
    labels = {one.name: one.keypoints.astype(float) for one in read_lspet(shared / "lspet")}
    for name in _spread(lspet_training(images.names()))[skip:]:
        if not for_choice("lspet", images.content(name)):
            yield RawImage(name, images.image(name), joints=labels[Path(name).name])


def _har15(shared: Path, skip: int) -> Iterator[RawImage]:
    images = ImageSet(shared / "har15" / "train.zip")
    for name in _spread(images.names())[skip:]:
        if not for_choice("har15", images.content(name)):
            yield RawImage(name, images.image(name))


def _spread(names: list[str]) -> list[str]:
    """Shuffle names, always alike, so that a part is a fair sample."""
    return [names[index] for index in np.random.default_rng(1).permutation(len(names))]


def _le2i(shared: Path, skip: int) -> Iterator[RawImage]:
    folder = shared / "labelled_videos"
    boxes = annotated_boxes(folder)
    clips = [row["clip"] for row in csv_rows(folder / "le2i.csv") if row["room"] == ROOM]
    for name, index, image in _sampled(folder / "le2i.zip", clips, EVERY["le2i"], skip):
        known = boxes.get(name, {}).get(index + 1)
        yield RawImage(f"{name}#{index}", image, np.array([] if known is None else [known], float).reshape(-1, 4))


def _workout(shared: Path, skip: int) -> Iterator[RawImage]:
    folder = shared / "labelled_videos"
    clips = [row["clip"] for row in csv_rows(folder / "workout.csv")]
    for name, index, image in _sampled(folder / "workout.zip", clips, EVERY["workout"], skip):
        yield RawImage(f"{name}#{index}", image)


def _jhmdb(shared: Path, skip: int) -> Iterator[RawImage]:
    folder = shared / "labelled_videos"
    clips = _spread([row["clip"] for row in csv_rows(folder / "jhmdb.csv") if row["split1"] == "train"])
    for name, index, image in _sampled(folder / "jhmdb.zip", clips, EVERY["jhmdb"], skip):
        yield RawImage(f"{name}#{index}", image)


def _sampled(archive: Path, clips: list[str], every: int, skip: int) -> Iterator[tuple[str, int, Image]]:
    """Yield clip, frame number from 0 and image (BGR) of every ``every``-th frame, less the first ``skip``."""
    with zipfile.ZipFile(archive) as file, tempfile.TemporaryDirectory() as folder:
        numbered = ((clip, *each) for clip in clips for each in enumerate(frames(file, clip, Path(folder))))
        yield from islice((each for each in numbered if each[1] % every == 0), skip, None)


def frames(archive: zipfile.ZipFile, clip: str, folder: Path) -> Iterator[Image]:
    """Yield all frames (BGR) of a clip in an archive, by way of a file in ``folder``."""
    path = folder / "clip.mp4"
    path.write_bytes(archive.read(clip))
    capture = cv2.VideoCapture(str(path))
    try:
        while True:
            good, image = capture.read()
            if not good:
                return
            yield np.asarray(image, np.uint8)
    finally:
        capture.release()
