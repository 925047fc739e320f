"""Labels for every training image: the teachers' answers are fused with the human labels."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from haredge.core.types import Image
from research.pose import fusion
from research.pose.material import STOCK, PoseData
from research.pose.store import write
from research.pose.teachers import BlazePose, MoveNetTeacher, TeacherCrop, round_box, round_hips, whole

Array = NDArray[np.float64]

SURE = 0.5
"""Least presence at which BlazePose's landmarks count."""
OUTSIDE_PX = 2
"""A landmark farther than this outside its image is not seen."""


@dataclass(frozen=True)
class Teachers:
    """The networks that label every image."""

    movenet: MoveNetTeacher
    blaze: BlazePose
    quick: bool = False
    """MoveNet makes two passes, and of BlazePose only MediaPipe's own answer counts: a quarter of the time."""


def label(material: PoseData, teachers: Teachers, first_answers: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (n, 17, 4) keypoints of all images; ``first_answers`` (n, 17, 3) are MediaPipe's own, NaN for none."""
    human = material.human()
    rows = [
        _label_one(material.images[index], human.get(index), first_answers[index].astype(float), teachers)
        for index in tqdm(range(len(material.images)), unit="image", mininterval=5)
    ]
    return np.array(rows, np.float32)


def ask_mediapipe(python: Path, images: Path, answers: Path) -> NDArray[np.float32]:
    """Run MediaPipe over the images in its own environment and return its answers, which are kept in a file."""
    if not answers.exists():
        source = Path(__file__).resolve().parents[2]
        command = [str(python), "-m", "research.pose.mediapipe_poses", str(images), str(answers)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(source)})
    return np.asarray(np.load(answers))


def _label_one(image: Image, human: Array | None, first: Array, teachers: Teachers) -> Array:
    passes = _quick_passes if teachers.quick else _passes
    found, opinions = passes(image, human, teachers)
    movenet = fusion.best_answer(found, human)
    guide = movenet if human is None else human
    size = fusion.person_size(guide, guide[:, 2] > fusion.SEEN)
    if not np.isnan(first).any():
        opinions.append(_inside(first, image))
    blaze = max(opinions, key=lambda opinion: fusion.agreement(opinion, guide, size), default=None)
    return fusion.fuse(movenet, blaze, human)


def _quick_passes(image: Image, human: Array | None, teachers: Teachers) -> tuple[list[Array], list[Array]]:
    """Run MoveNet on the whole image and on one crop, BlazePose not at all."""
    first = teachers.movenet.run(image, whole(image))
    return [first, teachers.movenet.run(image, round_box(first if human is None else human, 1.3))], []


def _passes(image: Image, human: Array | None, teachers: Teachers) -> tuple[list[Array], list[Array]]:
    """Run on the whole image, then on ever smaller crops of the person that was found there, or that was labelled.

    Returns MoveNet's answers and BlazePose's.
    """
    movenet = teachers.movenet
    first = movenet.run(image, whole(image))
    seed = first if human is None else human
    closer = movenet.run(image, round_box(seed, 1.3))
    if human is None and closer[:, 2].mean() > first[:, 2].mean():
        seed = closer
    box, upright = round_box(seed, 1.3 * 1.15), round_hips(seed, 1.1)
    found = [first, closer, movenet.run(image, TeacherCrop(box.x, box.y, box.side, upright.angle))]
    marks = teachers.blaze.follow(image, upright, 2 if human is None else 3)
    if marks.presence <= SURE:
        return found, []
    found.append(movenet.run(image, round_box(marks.keypoints, 1.25)))
    return found, [_inside(marks.keypoints, image)]


def _inside(keypoints: Array, image: Image) -> Array:
    """Set the score of landmarks outside their image to 0."""
    height, width = image.shape[:2]
    x, y = keypoints[:, 0], keypoints[:, 1]
    outside = (x < -OUTSIDE_PX) | (y < -OUTSIDE_PX) | (x > width - 1 + OUTSIDE_PX) | (y > height - 1 + OUTSIDE_PX)
    return np.column_stack((keypoints[:, :2], np.where(outside, 0, keypoints[:, 2])))


def write_masks(path: Path, material: PoseData, teachers: Teachers) -> None:
    """Write a mask of the person for every image where BlazePose's agrees with the labels, else one black pixel.

    With ``quick`` it tries every third stock photograph only.
    """
    write(path, _masks(material, teachers))


def _masks(material: PoseData, teachers: Teachers) -> Iterator[Image]:
    nothing = np.zeros((1, 1, 1), np.uint8)
    for index in tqdm(range(len(material.images)), unit="image", mininterval=5):
        wanted = not teachers.quick or (index % 3 == 0 and material.names[index].startswith(STOCK))
        keypoints = material.keypoints[index].astype(float)
        mask = person_mask(material.images[index], keypoints, teachers.blaze) if wanted else None
        yield nothing if mask is None else mask[:, :, None]


def person_mask(image: Image, keypoints: Array, blaze: BlazePose) -> NDArray[np.uint8] | None:
    """Return an image's mask, 255 on the person of its (17, 4) keypoints; None if it does not cover them."""
    sure = (keypoints[:, 2] > 0) & (keypoints[:, 3] >= 0.7)
    if sure.sum() < 8 or not sure[[5, 6]].any() or not sure[[11, 12]].any():
        return None
    seed = np.column_stack((_filled(keypoints[:, :2], sure), sure.astype(np.float64)))
    first = blaze.run(image, round_hips(seed, 1.1))
    second = blaze.run(image, first.next)
    if min(first.presence, second.presence) < 0.6:
        return None
    mask = _to_image(second.mask, first.next, image)
    rows = np.clip(np.rint(keypoints[sure, :2]).astype(int), 0, (image.shape[1] - 1, image.shape[0] - 1))
    covered = (mask[rows[:, 1], rows[:, 0]] > 0.4).mean()
    return (mask * 255).astype(np.uint8) if covered >= 0.75 and mask.mean() > 0.01 else None


def _filled(points: Array, sure: NDArray[np.bool_]) -> Array:
    """Put an unsure shoulder or hip where its sure partner is, so that the middle of the two is known."""
    filled = points.copy()
    for left, right in ((5, 6), (11, 12)):
        if not sure[left]:
            filled[left] = points[right]
        if not sure[right]:
            filled[right] = points[left]
    return filled


def _to_image(mask: NDArray[np.float32], region: TeacherCrop, image: Image) -> NDArray[np.float32]:
    """Draw a region's mask in the image's pixels, its soft edge made steeper."""
    from haredge.opencv import cv2  # noqa: PLC0415

    height, width = image.shape[:2]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    drawn = cv2.warpAffine(mask, region.matrix(len(mask)), (width, height), flags=flags)
    return np.asarray(np.clip((drawn - 0.2) / 0.5, 0, 1), np.float32)
