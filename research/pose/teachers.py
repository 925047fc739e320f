"""The networks whose answers become labels: MoveNet Lightning, and the landmark network of BlazePose.

Both run on a square region of an image, which may be turned, and answer in the image's own pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.opencv import cv2
from research.logistic import sigmoid

Array = NDArray[np.float64]

BLAZE_TO_COCO: Final = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
"""Which of BlazePose's 33 landmarks are COCO's keypoints."""
BLAZE_HIPS, BLAZE_TOP = 33, 34
"""Two more landmarks: the middle of the hips, and a point that gives the person's size and direction."""


@dataclass(frozen=True, slots=True)
class TeacherCrop:
    """A square part of an image, turned by ``angle`` (radians) so that the person stands upright in it."""

    x: float
    y: float
    side: float
    angle: float = 0.0

    def matrix(self, out: int) -> Array:
        """Return the (2, 3) matrix from the image's pixels to those of the region drawn ``out`` pixels wide."""
        scale = out / self.side
        c, s = np.cos(self.angle) * scale, np.sin(self.angle) * scale
        turn = np.array([[c, s], [-s, c]])
        return np.column_stack((turn, (out - 1) / 2 - turn @ (self.x, self.y)))

    def cut(self, image: Image, out: int) -> tuple[Image, Array]:
        """Return the region, RGB, ``out`` pixels wide, and its matrix."""
        matrix = self.matrix(out)
        cut = cv2.warpAffine(image, matrix, (out, out), flags=cv2.INTER_LINEAR)
        return np.ascontiguousarray(cut[:, :, ::-1]), matrix


def whole(image: Image) -> TeacherCrop:
    """Return the region that holds the whole image."""
    height, width = image.shape[:2]
    return TeacherCrop((width - 1) / 2, (height - 1) / 2, max(height, width))


def round_box(keypoints: Array, margin: float) -> TeacherCrop:
    """Return the upright region round the seen keypoints."""
    points = _seen(keypoints)
    low, high = points.min(0), points.max(0)
    x, y = (low + high) / 2
    return TeacherCrop(float(x), float(y), max(float((high - low).max()) * margin, 16.0))


def round_hips(keypoints: Array, margin: float) -> TeacherCrop:
    """Return the region centred on the hips, turned along the body, that holds the seen keypoints."""
    hips, shoulders = keypoints[[11, 12], :2].mean(0), keypoints[[5, 6], :2].mean(0)
    radius = float(np.hypot(*(_seen(keypoints) - hips).T).max()) * 1.15
    return TeacherCrop(float(hips[0]), float(hips[1]), max(2 * radius * margin, 16.0), _lean(shoulders - hips))


def _seen(keypoints: Array) -> Array:
    seen = keypoints[:, 2] > 0.2
    return keypoints[seen, :2] if seen.sum() > 3 else keypoints[:, :2]


def _lean(up: Array) -> float:
    return float(np.arctan2(up[0], -up[1]))


def _back(points: Array, matrix: Array) -> Array:
    return np.asarray((points - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T)


class _Net:
    def __init__(self, path: Path) -> None:
        self._interpreter = Interpreter(model_path=str(path), num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [detail["index"] for detail in self._interpreter.get_output_details()]

    def __call__(self, x: NDArray[Any]) -> list[NDArray[np.float32]]:
        self._interpreter.set_tensor(self._input, x[None])
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index)[0] for index in self._outputs]


class MoveNetTeacher:
    """MoveNet SinglePose Lightning (https://www.kaggle.com/models/google/movenet), Apache-2.0."""

    SIDE: ClassVar[int] = 192

    def __init__(self, path: Path) -> None:
        self._net = _Net(path)

    def run(self, image: Image, region: TeacherCrop) -> Array:
        """Return (17, 3) x, y in the image's pixels, score."""
        cut, matrix = region.cut(image, self.SIDE)
        keypoints = self._net(cut)[0][0]
        return np.column_stack((_back(keypoints[:, 1::-1] * self.SIDE - 0.5, matrix), keypoints[:, 2]))


@dataclass(frozen=True, slots=True)
class Landmarks:
    """What BlazePose sees in a region."""

    keypoints: Array
    """(17, 3) x, y in the image's pixels, score: the lesser of visibility and presence."""
    presence: float
    """Probability that there is a person."""
    next: TeacherCrop
    """Region in which to search for the same person next."""
    mask: NDArray[np.float32]
    """(256, 256) in [0, 1], 1 where the person is, in the region's own pixels."""


class BlazePose:
    """BlazePose's landmark network (Bazarevsky et al., 2020): MediaPipe's ``pose_landmark_full.tflite``, Apache-2.0."""

    SIDE: Final = 256

    def __init__(self, path: Path) -> None:
        self._net = _Net(path)

    def run(self, image: Image, region: TeacherCrop) -> Landmarks:
        """Find the landmarks of the person in a region."""
        cut, matrix = region.cut(image, self.SIDE)
        landmarks, presence, mask, *_ = self._net(cut.astype(np.float32) / 255)
        rows = landmarks.reshape(-1, 5)
        points = _back(rows[:, :2].astype(np.float64), matrix)
        scores = sigmoid(rows[:, 3:5]).min(1)
        hips, up = points[BLAZE_HIPS], points[BLAZE_TOP] - points[BLAZE_HIPS]
        following = TeacherCrop(float(hips[0]), float(hips[1]), 2.5 * float(np.hypot(*up)) + 1e-3, _lean(up))
        kept = list(BLAZE_TO_COCO)
        keypoints = np.column_stack((points[kept], scores[kept]))
        return Landmarks(keypoints, float(presence[0]), following, sigmoid(mask[:, :, 0]))

    def follow(self, image: Image, region: TeacherCrop, times: int) -> Landmarks:
        """Run again where the answer before leads, as MediaPipe's tracking does."""
        seen = self.run(image, region)
        for _ in range(times - 1):
            if seen.presence < 0.3:
                break
            seen = self.run(image, seen.next)
        return seen
