"""How well the people of stock photographs are seen, several of them in many.

The photographs are those of Human Action Recognition's stills that are kept for validation. Their people are labelled
as training images are, by two networks that agree (:mod:`research.people.labelling`), on parts of the image as well.
Labels of networks are wrong at times; they are the same for all networks that are compared. All that four networks
found beside the labels was checked by eye: what shows a person as far as the photograph does is labelled by eye.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.datasets.image_set import ImageSet
from haredge.evaluation.keypoint_metrics import mean
from research.csv_rows import csv_rows
from research.image_splits import for_choice
from research.people.inference import Finder, Found
from research.people.labelling import Labeller, overlap
from research.people.shelf import LabelledImage, Shelf, ShelfWriter
from research.people.sight import FOUND
from research.people.sources import RawImage

SOURCE: Final = "stock"
BY_EYE: Final = Path(__file__).parent / "labels" / "stock_by_eye.csv"
"""People that the two networks' labels lack: photograph, and left, top, right, bottom in its pixels."""
LEAST_HEIGHT: Final = 1 / 6
"""People who take up less than this share of the image's height are neither missed nor false."""
NEAR: Final = 0.1
"""Distance from a label up to which a keypoint is right, as a share of the person's size."""
FAR: Final = 0.2
"""From this distance on it may be another person's."""
SURE: Final = 0.3
"""Keypoints of lower scores are not said to be any person's."""
NO_BOXES: Final = np.zeros((0, 4))

_LOG = logging.getLogger(__name__)


def photographs(shared: Path, skip: int = 0) -> Iterator[RawImage]:
    """Yield the photographs kept for validation from the ``skip``-th on; ``shared`` is the data's folder."""
    images = ImageSet(shared / "har15" / "train.zip")
    names = [name for name in images.names() if for_choice("har15", images.content(name))]
    for name in names[skip:]:
        yield RawImage(name, images.image(name), crowded=True)


def label(folder: Path, shared: Path, labeller: Labeller) -> Shelf:
    """Label the photographs that are not labelled in ``folder`` yet."""
    writer = ShelfWriter(folder, SOURCE)
    for number, raw in enumerate(photographs(shared, writer.count)):
        writer.add(raw.image, labeller.label(raw))
        if number % 50 == 0:
            _LOG.info("%d photographs labelled", writer.count)
    return Shelf(folder, SOURCE)


def labelled_by_eye() -> Mapping[str, NDArray[np.float64]]:
    """Return the (n, 4) boxes of people that the labels lack, by the photograph's name."""
    boxes: dict[str, list[list[float]]] = defaultdict(list)
    for row in csv_rows(BY_EYE):
        boxes[row["photograph"]].append([float(row[side]) for side in ("left", "top", "right", "bottom")])
    return {name: np.array(rows) for name, rows in boxes.items()}


@dataclass(frozen=True, slots=True)
class StockScores:
    """A network's scores; shares in [0, 1]."""

    pck: float
    """Of the labelled keypoints within a tenth of the person's size, in the pose that overlaps the person most."""
    people: int
    found: float
    """Of the people in photographs of several, if they are large enough."""
    false: float
    """People found where no one is labelled, nor perhaps is, for each photograph in which everyone is labelled."""
    strangers: float
    """Of the sure keypoints in photographs of several people, those that are another person's."""


def measure(
    find: Finder, shelf: Shelf, threshold: float, by_eye: Mapping[str, NDArray[np.float64]] | None = None
) -> StockScores:
    """Look for the people of all photographs, one inference each; who is labelled ``by_eye`` only is not false."""
    more = by_eye or {}
    right, found, false, strangers = [], [], [], []
    for number, known in enumerate(shelf.labels):
        image = shelf.image(number)
        answer = find(np.array(image))
        right += _right(answer, known)
        if len(known.boxes) > 1:
            found += _found(answer, known, image, threshold)
            strangers += _strangers(answer, known, threshold)
        if known.complete:
            false.append(_false(answer, known, more.get(known.name, NO_BOXES), image, threshold))
    return StockScores(_mean(right), len(found), _mean(found), _mean(false), _mean(strangers))


def _mean(values: list[float]) -> float:
    return mean(np.array(values, np.float64))


def _best(answer: Found, box: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """Return the (17, 3) keypoints that overlap a box most, if they do enough."""
    overlaps = [overlap(one, box.astype(np.float64)) for one in answer.boxes]
    best = int(np.argmax(overlaps)) if overlaps else -1
    return answer.keypoints[best] if overlaps and overlaps[best] >= FOUND else None


def _size(box: NDArray[np.float32]) -> float:
    return float(max(box[2] - box[0], box[3] - box[1], 1.0))


def _sure_labels(person: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which of (17, 4) keypoints both labellers agree on."""
    return np.asarray((person[:, 2] > 0) & (person[:, 3] >= 1))


def _right(answer: Found, known: LabelledImage) -> list[float]:
    out = []
    for person, box in zip(known.keypoints, known.boxes, strict=True):
        labelled, pose = _sure_labels(person), _best(answer, box)
        away = np.full(17, np.inf) if pose is None else np.linalg.norm(pose[:, :2] - person[:, :2], axis=1)
        out += (away[labelled] < NEAR * _size(box)).astype(float).tolist()
    return out


def _large(box: NDArray[np.floating], image: Image) -> bool:
    return bool(box[3] - box[1] >= LEAST_HEIGHT * image.shape[0])


def _found(answer: Found, known: LabelledImage, image: Image, threshold: float) -> list[float]:
    boxes = answer.boxes[answer.scores >= threshold]
    return [
        float(any(overlap(one, box.astype(np.float64)) >= FOUND for one in boxes))
        for box in known.boxes
        if _large(box, image)
    ]


def _false(answer: Found, known: LabelledImage, more: NDArray[np.float64], image: Image, threshold: float) -> float:
    there = np.concatenate((known.boxes, known.unsure, more)).astype(np.float64)
    boxes = [box for box in answer.boxes[answer.scores >= threshold] if _large(box, image)]
    return float(sum(all(overlap(box, one) < FOUND for one in there) for box in boxes))


def _strangers(answer: Found, known: LabelledImage, threshold: float) -> list[float]:
    """Return for each sure keypoint of a found, labelled person whether it lies on the same joint of another."""
    sure = answer.scores >= threshold
    seen, out = Found(answer.boxes[sure], answer.scores[sure], answer.keypoints[sure]), []
    for index, (person, box) in enumerate(zip(known.keypoints, known.boxes, strict=True)):
        pose = _best(seen, box)
        if pose is None:
            continue
        others = np.delete(known.keypoints, index, 0)
        limits = np.array([_size(one) for one in np.delete(known.boxes, index, 0)]) * NEAR
        for joint in np.flatnonzero(_sure_labels(person) & (pose[:, 2] >= SURE)):
            away = np.linalg.norm(pose[joint, :2] - person[joint, :2])
            theirs = np.linalg.norm(others[:, joint, :2] - pose[joint, :2], axis=1)
            labelled = others[:, joint, 3] > 0
            out.append(float(away > FAR * _size(box) and bool((labelled & (theirs < limits)).any())))
    return out
