"""The networks whose answers become labels: MoveNet MultiPose finds the people, MoveNet Thunder each one's keypoints.

Both are Google's (https://www.kaggle.com/models/google/movenet), Apache-2.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.opencv import cv2
from research.pose.teachers import MoveNetTeacher, TeacherCrop

Array = NDArray[np.float64]

SHOULDERS, HIPS = (5, 6), (11, 12)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A person who may be there."""

    keypoints: Array
    """(17, 3) x, y in pixels of the image, score."""
    box: Array
    """(4,) left, top, right, bottom in pixels."""
    score: float


class MultiPose:
    """MoveNet MultiPose Lightning: up to six people in one inference, at any input size that 32 divides."""

    def __init__(self, path: Path) -> None:
        self._interpreter = Interpreter(model_path=str(path), num_threads=1)
        self._side = 0

    def find(self, image: Image, side: int, least: float = 0.0) -> list[Candidate]:
        """Find people in a BGR image, fitted into ``side`` x ``side`` pixels, with a score of at least ``least``."""
        height, width = image.shape[:2]
        scale = side / max(height, width)
        fitted = np.zeros((side, side, 3), np.uint8)
        small = cv2.resize(image, (max(1, round(width * scale)), max(1, round(height * scale))))
        fitted[: small.shape[0], : small.shape[1]] = small[:, :, ::-1]
        rows = self._run(fitted).astype(np.float64)
        keypoints = rows[:, :51].reshape(-1, 17, 3)[:, :, [1, 0, 2]]
        keypoints[:, :, :2] = keypoints[:, :, :2] * (side / scale) - 0.5
        boxes = rows[:, [52, 51, 54, 53]] * (side / scale) - 0.5
        found = zip(keypoints, boxes, rows[:, 55], strict=True)
        return [Candidate(one, box, float(score)) for one, box, score in found if score >= least]

    def _run(self, pixels: Image) -> NDArray[np.float32]:
        """Return (6, 56) rows for a square of RGB bytes."""
        entry = self._interpreter.get_input_details()[0]["index"]
        if self._side != len(pixels):
            self._side = len(pixels)
            self._interpreter.resize_tensor_input(entry, (1, self._side, self._side, 3))
            self._interpreter.allocate_tensors()
        self._interpreter.set_tensor(entry, pixels[None])
        self._interpreter.invoke()
        return np.asarray(self._interpreter.get_tensor(self._interpreter.get_output_details()[0]["index"])[0])


class Thunder(MoveNetTeacher):
    """MoveNet SinglePose Thunder 4."""

    SIDE = 256

    def best(self, image: Image, box: Array, angles: list[float]) -> Array:
        """Run on a square 1.5 times as large as ``box``, turned by each angle; return the best (17, 3) by score."""
        left, top, right, bottom = box
        x, y, side = (left + right) / 2, (top + bottom) / 2, max(1.5 * max(right - left, bottom - top), 16.0)
        found = [self.run(image, TeacherCrop(float(x), float(y), float(side), angle)) for angle in angles]
        return max(found, key=lambda one: float(one[:, 2].mean()))


def lean(keypoints: Array) -> float:
    """Return how far (17, 3) keypoints' torso leans from upright, in radians, clockwise."""
    up = keypoints[list(SHOULDERS), :2].mean(0) - keypoints[list(HIPS), :2].mean(0)
    return float(np.arctan2(up[0], -up[1]))
