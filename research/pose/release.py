"""From the last checkpoint to a model folder: the int8 file, its threshold, its manifest and its noise."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import ModelError
from haredge.core.types import Frame, Image, Keypoints
from haredge.manifest import MODEL, DataSet, PoseManifest
from haredge.models.open import open_pose_estimator
from haredge.pose import fitting
from haredge.pose.decoder import person_score
from haredge.pose.estimator import NetworkPoseEstimator, RegionEstimator
from haredge.pose.region import Region
from haredge.pose.tracker import refine
from research import image_networks
from research.pose import export, noise
from research.pose.material import SURE, PoseData
from research.pose.network import STRIDE
from research.pose.train import CHECKPOINT

log = logging.getLogger(__name__)

TOLERANCE: Final = 1e-3
"""Most by which torch's and Keras's answers may differ."""
CALIBRATION: Final = 200
"""Training images that the quantisation's ranges are taken from, a tenth of them empty."""
PLACES: Final = 5
"""Places of each validation room on which a crop is run."""
THRESHOLDS: Final = np.arange(0.2, 0.95, 0.01)
"""Scores that may be the least at which a person is there."""

_NOTHING: Final = np.zeros((17, 3), np.float32)

TRAINED_ON: Final = (
    DataSet(name="Leeds Sports Pose Extended, images 1 to 9000", licence="research use, cite"),
    DataSet(name="Human Action Recognition still images", licence="ODbL as listed; rights in the images unclear"),
    DataSet(name="Places365 rooms (subset)", licence="non-commercial research"),
    DataSet(name="synthetic people, rendered by haredge", licence="MIT"),
    DataSet(
        name="postures of skeletons3d's motion capture, rendered by haredge",
        licence="as the motions' own: free for any use, MIT, or free for research",
    ),
    DataSet(name="ImageNet, through the initial weights of Google's MobileNetV2", licence="Apache-2.0 (weights)"),
)


def release(material: PoseData, out: Path) -> None:
    """Write ``model.tflite``, ``manifest.json`` and ``noise.json`` into a model folder, the float file beside the work.

    Raises :class:`ModelError` if the converted network is not the trained one.
    """
    out.mkdir(parents=True, exist_ok=True)
    network = export.load(material.folder / CHECKPOINT)
    model = export.to_keras(network)
    images = calibration(material)
    if (gap := export.disagreement(network, model, images[0])) > TOLERANCE:
        raise ModelError(f"{material.folder / CHECKPOINT}: the exported network's answers are off by {gap:.2g}")
    (material.folder / "float.tflite").write_bytes(image_networks.float_file(model))
    int8 = material.folder / "int8.tflite"
    int8.write_bytes(image_networks.int8_file(model, images))
    estimator = open_pose_estimator(str(int8))
    people, labels = _against_labels(estimator, material)
    threshold = choose_threshold(least_presence(people), _in_rooms(estimator, material))
    shutil.copyfile(int8, out / MODEL)
    _manifest(out, threshold).save(out)
    errors = noise.statistics(people[:, 1], labels)
    (out / "noise.json").write_text(json.dumps(errors, indent=2) + "\n", encoding="utf-8")
    log.info("%s: %d bytes, a person from a score of %.2f on", out / MODEL, (out / MODEL).stat().st_size, threshold)


def calibration(material: PoseData) -> list[Image]:
    """Return images of people and of empty rooms, fitted to the input, RGB."""
    rng = np.random.default_rng(0)
    people = np.flatnonzero(material.usable() & ~material.choice)
    rooms = material.room_numbers()["train"]
    chosen = [material.images[int(index)] for index in rng.choice(people, CALIBRATION * 9 // 10, replace=False)]
    chosen += [material.rooms[index] for index in rooms[: CALIBRATION // 10].tolist()]
    return [fitting.fit(np.ascontiguousarray(one), export.SIZE).pixels for one in chosen]


def choose_threshold(people: NDArray[np.float64], rooms: NDArray[np.float64]) -> float:
    """Return the score at which missed people and people found in empty rooms are fewest, as shares, together.

    Both are the scores of passes, over people and over rooms without any. Of several that are as good, the middle one.
    """
    mistakes = np.array([(people < least).mean() + (rooms >= least).mean() for least in THRESHOLDS])
    best = THRESHOLDS[mistakes <= mistakes.min() + 1e-9]
    return round(float(best[len(best) // 2]), 2)


def least_presence(passes: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the lower score (n,) of two passes (n, 2, 17, 3), both of which have to detect a person."""
    return np.array([min(person_score(one) for one in both) for both in passes])


def _in_rooms(estimator: NetworkPoseEstimator, material: PoseData) -> NDArray[np.float64]:
    """Return the scores of passes over the empty rooms of the validation set.

    One is of both passes over the whole, the others are of crops at a few places, as after a person has left.
    """
    rooms = [np.ascontiguousarray(material.rooms[int(index)]) for index in material.room_numbers()["choice"]]
    rng, close = np.random.default_rng(0), _unhesitating(estimator)
    places = [close.estimate(Frame(0, 0.0, room), anywhere(room, rng)) for room in rooms for _ in range(PLACES)]
    scores = [person_score(poses[0].keypoints) if poses else 0.0 for poses in places]
    return np.concatenate((least_presence(find_all(estimator, rooms)), scores))


def anywhere(room: Image, rng: np.random.Generator) -> Region:
    """Choose a part of an image in which a person might have been."""
    height, width = room.shape[:2]
    half = height * float(rng.uniform(0.18, 0.55))
    x, y = rng.uniform(0.2, 0.8, 2) * (width, height)
    return Region(max(0, int(x - half)), max(0, int(y - half)), min(width, int(x + half)), min(height, int(y + half)))


def _unhesitating(estimator: NetworkPoseEstimator) -> NetworkPoseEstimator:
    """Return the same network, which reports a person everywhere."""
    return NetworkPoseEstimator(estimator.engine, estimator.decoder, min_pose_score=0.0)


def find_all(estimator: NetworkPoseEstimator, images: Sequence[Image]) -> NDArray[np.float32]:
    """Return (n, 2, 17, 3) keypoints in the images' pixels, whatever their scores.

    The first pass is over the whole image, the second over a crop of what the first found; zeros if there is no answer.
    """
    sure = _unhesitating(estimator)
    return np.array([_both_passes(sure, Frame(0, 0.0, np.ascontiguousarray(image))) for image in images])


def _both_passes(estimator: RegionEstimator, frame: Frame) -> list[Keypoints]:
    first = next(iter(estimator.estimate(frame)), None)
    second = refine(estimator, frame, first) if first else None
    keypoints = [pose.keypoints for pose in (first, second) if pose]
    return keypoints + [_NOTHING] * (2 - len(keypoints))


def _against_labels(
    estimator: NetworkPoseEstimator, material: PoseData
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what both passes find in the validation images, and their confident labels."""
    kept = np.flatnonzero(material.choice & material.usable())
    labels = material.keypoints[kept][:, :, :3].copy()
    labels[:, :, 2] *= material.keypoints[kept][:, :, 3] >= SURE
    return find_all(estimator, [material.images[int(index)] for index in kept]), labels


def _manifest(out: Path, threshold: float) -> PoseManifest:
    return PoseManifest(
        name=out.name,
        sha256=hashlib.sha256((out / MODEL).read_bytes()).hexdigest(),
        trained_on=TRAINED_ON,
        licence="MIT",
        input_size=export.SIZE,
        stride=STRIDE,
        min_pose_score=threshold,
    )
