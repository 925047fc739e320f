"""Synthetic people in photographed and drawn rooms, labelled exactly: the postures that photographs seldom show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.datasets.motions import Motion, read
from haredge.synthetic.appearance import Figure
from haredge.synthetic.falls import OTHER_FALLS, falling_lying_rising
from haredge.synthetic.ground_truth import HIDDEN, OUTSIDE
from haredge.synthetic.kinematics import joints_of
from haredge.synthetic.skeleton import Floats
from research.people.labelling import box_of
from research.people.shelf import LabelledImage
from research.people.sources import read_source
from research.pose.synthetic_images import random_image

SYNTHETIC: Final = "synthetic"
"""Name of the source."""
SIZE: Final = (320, 240)
"""(width, height) in pixels."""
PEOPLE: Final = {1: 0.7, 2: 0.2, 3: 0.1}
"""How often so many people are in an image."""
POSTURES: Final = {"fall": 0.45, "captured": 0.35, "own": 0.2}
"""How often the first person is taken out of a fall (with lying and getting up), out of motion capture, or moves
otherwise."""
IN_A_PHOTOGRAPH: Final = 0.7
"""How often the room is a photographed one."""
FEWEST: Final = 5
"""A person with fewer keypoints in view is unsure."""
HALF: Final = 0.5
"""How much a keypoint counts that is behind something."""


def synthetic_people(data: Path, count: int, seed: int = 0) -> Iterator[tuple[Image, LabelledImage]]:
    """Yield ``count`` images (height, width, 3), BGR, with their labels, the same for the same ``seed``.

    ``data`` is the folder with ``rooms``, of which only those to train on are used, and ``skeletons3d``.
    """
    rooms = [raw.image for raw in read_source("rooms", data)]
    motions = [motion for path in sorted((data / "skeletons3d").glob("*.npz")) for motion in read(path)]
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        background = rooms[rng.integers(len(rooms))] if rng.random() < IN_A_PHOTOGRAPH else None
        people = int(rng.choice(list(PEOPLE), p=list(PEOPLE.values())))
        image, keypoints = random_image(rng, SIZE, background, _posture(motions, rng), people)
        yield image, label(f"{SYNTHETIC}/{number:05}", keypoints)


def _posture(motions: Sequence[Motion], rng: np.random.Generator) -> Floats | None:
    """Return a person's joints, or None for one of the synthetic person's own postures."""
    kind = str(rng.choice(list(POSTURES), p=list(POSTURES.values())))
    if kind == "own":
        return None
    if kind == "captured":
        motion = motions[int(rng.integers(len(motions)))]
        return np.asarray(motion.joints[rng.integers(len(motion.joints))], float)
    way = str(rng.choice(list(OTHER_FALLS))) if rng.random() < 0.7 else None
    moves = falling_lying_rising(rng, way)
    move = moves[int(rng.choice(3, p=[0.45, 0.3, 0.25]))]
    return joints_of(move(float(rng.uniform(0.2, 2.5))), Figure.random(rng).bones)


def label(name: str, people: NDArray[np.float32]) -> LabelledImage:
    """Turn (people, 17, 3) x, y and COCO's flag into a label; who is hardly in view is unsure."""
    people = people[(people[..., 2] != OUTSIDE).any(1)]
    inside = people[..., 2] != OUTSIDE
    boxes = np.array([box_of(one[seen, :2], 0.1) for one, seen in zip(people, inside, strict=True)], np.float32)
    boxes = boxes.reshape(-1, 4)
    weight = np.where(people[..., 2] == HIDDEN, HALF, 1.0)
    keypoints = np.concatenate((people[..., :2], np.stack((inside, weight), -1)), -1).astype(np.float32)
    sure = inside.sum(1) >= FEWEST
    return LabelledImage(name, keypoints[sure], boxes[sure], boxes[~sure])
