"""Networks of every kind behind one function: an image in, people out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Frame, Image
from haredge.inference.engine import Array, Engine
from haredge.inference.loading import open_engine
from haredge.models.open import open_pose_estimator
from haredge.pose.decoders.centers import CentersDecoder
from haredge.pose.decoders.multipose import MultiPoseDecoder
from haredge.pose.estimator import NetworkPoseEstimator, person_score

Floats = NDArray[np.float64]

LEAST: Final = 0.02
"""People of lower scores are left out: no threshold of interest lies there."""
SEEN: Final = 0.1
"""Keypoints below this score do not shape a person's box."""
MARGIN: Final = 0.1
"""What a person's outline needs round the keypoints, as a share of the longer side."""


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found in an image, the highest score first."""

    boxes: Floats
    """(people, 4) left, top, right, bottom in pixels of the image."""
    scores: Floats
    """(people,)"""
    keypoints: Floats
    """(people, 17, 3) x, y in pixels of the image, score."""


Finder = Callable[[Image], Found]
"""Finds people in a BGR image."""


def file_finder(model: str, side: int | None) -> Finder:
    """Open a .tflite file or an installed model; ``side`` resizes its input."""
    if model.endswith(".tflite"):
        engine = open_engine(Path(model), input_size=None if side is None else (side, side))
        decoder = CentersDecoder.of(engine) or MultiPoseDecoder.of(engine)
        if decoder is not None:
            return _many(engine, decoder)
    return _one(open_pose_estimator(model))


def _many(engine: Engine, decoder: CentersDecoder | MultiPoseDecoder) -> Finder:
    """Use a network that scores people."""
    estimator = NetworkPoseEstimator(engine, decoder)

    def find(image: Image) -> Found:
        fitted = estimator.fit(image)
        outputs: Sequence[Array] = engine.run(estimator.stored(fitted.pixels))
        people = decoder.people(outputs, least=LEAST)
        keypoints = people.keypoints.astype(np.float64)
        keypoints[:, :, :2] = fitted.letterbox.to_image(keypoints[:, :, :2])
        boxes = getattr(people, "boxes", None)
        if boxes is None:
            return found(keypoints, people.scores)
        corners = fitted.letterbox.to_image(boxes.reshape(-1, 2, 2)).reshape(-1, 4)
        return Found(corners.astype(np.float64), people.scores.astype(np.float64), keypoints)

    return find


def _one(estimator: NetworkPoseEstimator) -> Finder:
    """Use a network that does not score people as haredge does, by their most confident keypoints."""
    estimator = NetworkPoseEstimator(estimator.engine, estimator.decoder, min_pose_score=0.0)

    def find(image: Image) -> Found:
        people = np.array([pose.keypoints for pose in estimator.estimate(Frame(0, 0.0, image))], np.float32)
        scores = np.array([person_score(keypoints) for keypoints in people])
        return found(people.astype(np.float64).reshape(-1, 17, 3), scores)

    return find


def found(keypoints: Floats, scores: NDArray[np.floating]) -> Found:
    """Add boxes to (people, 17, 3) keypoints."""
    boxes = np.array([keypoint_box(person) for person in keypoints]).reshape(-1, 4)
    return Found(boxes, np.asarray(scores, np.float64), keypoints)


def keypoint_box(keypoints: Floats) -> Floats:
    """Return left, top, right, bottom round the seen keypoints of (17, 3), or round all where hardly any is seen."""
    seen = keypoints[:, 2] >= SEEN
    points = keypoints[seen, :2] if seen.sum() >= 3 else keypoints[:, :2]
    low, high = points.min(0), points.max(0)
    more = MARGIN * float((high - low).max())
    return np.concatenate((low - more, high + more))
