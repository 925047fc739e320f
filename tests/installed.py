"""Small models as they lie on a disk, and videos that these models understand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import networks
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from haredge.activity import features
from haredge.activity.window import LENGTH
from haredge.core.keypoints import INDEX
from haredge.core.types import Image
from haredge.inference.engine import infer
from haredge.manifest import (
    GOLDEN,
    MODEL,
    Accuracy,
    ActivityManifest,
    DataSet,
    Manifest,
    PoseManifest,
    PoseModel,
    StillManifest,
)
from haredge.opencv import cv2
from haredge.still import crop
from haredge.still.classifier import network_input

LABELS = ("arms_down", "arms_up", "other")
_NOTHING = (DataSet(name="nothing", licence="MIT"),)

STANDING = np.array(
    [
        *((0, -8), (1, -9), (-1, -9), (2, -8), (-2, -8), (3, -6), (-3, -6), (4, -3), (-4, -3), (5, 0), (-5, 0)),
        *((2, 0), (-2, 0), (2, 4), (-2, 4), (2, 8), (-2, 8)),
    ],
    float,
)
"""(17, 2): a person seen from the front, arms hanging, as x, y from the hips."""


def pose_model(place: Path, name: str = "dots") -> Path:
    """Install a pose network that sees a person in coloured dots on grey (:func:`person`)."""
    content = networks.colour_posenet((193, 257), 4)
    return _install(
        place / name,
        content,
        PoseManifest(
            name=name, sha256=_sha256(content), trained_on=_NOTHING, licence="MIT", input_size=(193, 257), stride=4
        ),
    )


def activity_model(place: Path, name: str = "arms") -> Path:
    """Install an activity model that distinguishes raised arms from hanging ones."""
    return activity_model_of(place, name, _arms(), LABELS, {})


def activity_model_of(
    place: Path, name: str, content: bytes, labels: tuple[str, ...], thresholds: dict[str, float]
) -> Path:
    """Install an activity model; `other` is its background."""
    folder = _install(
        place / name,
        content,
        ActivityManifest(
            name=name,
            sha256=_sha256(content),
            trained_on=_NOTHING,
            licence="MIT",
            labels=labels,
            rest=("other",),
            thresholds=thresholds,
            span_s=0.8,
            rate_hz=15,
            features=features.VERSION,
            pose_model=PoseModel(name="dots"),
            split="none",
            accuracy=Accuracy(float32=1, int8=1),
            confusion=tuple(tuple(int(i == j) for j in range(len(labels))) for i in range(len(labels))),
        ),
    )
    windows = np.random.default_rng(0).uniform(0, 200, (4, LENGTH, 17, 3)).astype(np.float32)
    engine = networks.opened(content)
    answers = np.stack([infer(engine, features.encode(window)[None])[0][0] for window in windows])
    np.savez(folder / GOLDEN, keypoints=windows, probabilities=answers)
    return folder


STILL_LABELS = ("red", "green", "blue")


def still_model(
    place: Path, name: str = "colours", labels: tuple[str, ...] = STILL_LABELS, **thresholds: float
) -> Path:
    """Install a still model that labels an image by the colour that it has most of; grey gives no label."""
    content = _colours()
    folder = _install(
        place / name,
        content,
        StillManifest(
            name=name,
            sha256=_sha256(content),
            trained_on=_NOTHING,
            licence="MIT",
            labels=labels,
            thresholds=thresholds,
            input_size=(32, 32),
            crops=crop.VERSION,
            split="none",
            accuracy=Accuracy(float32=1, int8=1),
            confusion=tuple(tuple(int(i == j) for j in range(3)) for i in range(3)),
        ),
    )
    images = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), np.uint8)
    engine = networks.opened(content)
    answers = np.concatenate([infer(engine, network_input(image))[0] for image in images])
    np.savez(folder / GOLDEN, images=images, probabilities=answers)
    return folder


def person(*, arms_up: bool, size: tuple[int, int] = (240, 320)) -> Image:
    """Draw a person as a dot in each keypoint's colour on grey."""
    places = STANDING.copy()
    if arms_up:
        places[[INDEX["left_elbow"], INDEX["right_elbow"]], 1] = -9
        places[[INDEX["left_wrist"], INDEX["right_wrist"]], 1] = -12
    return dotted(places, size)


def dotted(places: NDArray[np.float64], size: tuple[int, int] = (240, 320)) -> Image:
    """Draw a dot for each keypoint (17, 2), placed as :data:`STANDING` is, in its colour on grey."""
    scale = size[0] / 24
    image = nobody(size)
    for (x, y), colour in zip(places * scale + (size[1] / 2, size[0] * 0.58), networks.colours(), strict=True):
        cv2.circle(image, (round(x), round(y)), max(3, round(scale * 0.6)), colour[::-1].tolist(), cv2.FILLED)
    return image


def nobody(size: tuple[int, int] = (240, 320)) -> Image:
    """Draw an empty room."""
    return np.full((*size, 3), 127, np.uint8)


def film(path: Path, pictures: Sequence[Image], rate_hz: float = 15.0, codec: str = "mp4v") -> Path:
    """Write images as a video."""
    height, width = pictures[0].shape[:2]
    video = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), rate_hz, (width, height))
    assert video.isOpened()
    for image in pictures:
        video.write(image)
    video.release()
    return path


def exercise_film(path: Path, each: int = 30, size: tuple[int, int] = (240, 320)) -> Path:
    """Write a video of a person with hanging arms, then with raised ones: ``each`` frames of both, at 15 fps."""
    return film(path, [person(arms_up=False, size=size)] * each + [person(arms_up=True, size=size)] * each)


def _arms() -> bytes:
    writer = networks.Writer()
    weights = np.zeros((len(LABELS), LENGTH, features.SIZE))
    for joint in ("left_wrist", "right_wrist"):
        y = 2 * features.JOINTS.index(joint) + 1
        weights[:, -1, y] = 4, -4, 0
    source, target, logits = writer.tensor([1, LENGTH, features.SIZE]), writer.tensor([1, 3]), writer.tensor([1, 3])
    flat = writer.tensor([1, LENGTH * features.SIZE])
    shape = writer.constant([1, LENGTH * features.SIZE], "int32")
    writer.operator("RESHAPE", [source, shape], [flat], schema.ReshapeOptionsT())
    matrix, bias = writer.constant(weights.reshape(3, -1)), writer.constant(np.zeros(3))
    writer.operator("FULLY_CONNECTED", [flat, matrix, bias], [logits], schema.FullyConnectedOptionsT())
    softmax = schema.SoftmaxOptionsT()
    softmax.beta = 1.0
    writer.operator("SOFTMAX", [logits], [target], softmax)
    return writer.write([source], [target])


def _colours() -> bytes:
    """Write a network (1, 32, 32, 3) in [-1, 1] that gives the softmax of 20 times the mean of each colour."""
    writer = networks.Writer()
    source, target = writer.tensor([1, 32, 32, 3]), writer.tensor([1, 3])
    mean, logits = writer.tensor([1, 3]), writer.tensor([1, 3])
    writer.operator("MEAN", [source, writer.constant([1, 2], "int32")], [mean], schema.ReducerOptionsT())
    matrix, bias = writer.constant(20 * np.eye(3)), writer.constant(np.zeros(3))
    writer.operator("FULLY_CONNECTED", [mean, matrix, bias], [logits], schema.FullyConnectedOptionsT())
    softmax = schema.SoftmaxOptionsT()
    softmax.beta = 1.0
    writer.operator("SOFTMAX", [logits], [target], softmax)
    return writer.write([source], [target])


def _install(folder: Path, content: bytes, manifest: Manifest) -> Path:
    folder.mkdir(parents=True)
    (folder / MODEL).write_bytes(content)
    manifest.save(folder)
    return folder


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def contents(folder: Path) -> dict[Path, bytes]:
    """Return what is in each file of a folder, however deep."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
