"""Networks of every kind behind one function: an image in, people out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.pose.fitting import fit
from haredge.pose.decoders.centers import Maps, decode
from research.people.network import PeopleNetwork, to_input
from research.people.weights import STRIDE, UNIT_PX
from research.people.teachers import MultiPose

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found in an image, the highest score first."""

    boxes: Array
    """(people, 4) left, top, right, bottom in pixels of the image."""
    scores: Array
    """(people,)"""
    keypoints: Array
    """(people, 17, 3) x, y in pixels of the image, score."""


Finder = Callable[[Image], Found]
"""Finds people in a BGR image."""

SEEN: Final = 0.1
"""Keypoints below this score do not shape a person's box."""
MARGIN: Final = 0.1
"""What a person's outline needs round the keypoints, as a share of the longer side."""


def float_finder(network: PeopleNetwork, side: int, stride: int = STRIDE) -> Finder:
    """Run the float network on images fitted into ``side`` x ``side`` pixels."""
    network.eval()

    def find(image: Image) -> Found:
        fitted = fit(image, (side, side))
        pixels = to_input(torch.from_numpy(fitted.pixels)[None]).contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            outputs = network(pixels)
        people = decode(
            maps_of({name: value[0].numpy() for name, value in outputs.items()}, stride), stride, least=0.02
        )
        keypoints = people.keypoints.astype(np.float64)
        keypoints[:, :, :2] = fitted.letterbox.to_image(keypoints[:, :, :2])
        boxes = np.array([keypoint_box(person) for person in keypoints]).reshape(-1, 4)
        return Found(boxes, people.scores.astype(np.float64), keypoints)

    return find


def maps_of(outputs: dict[str, NDArray[np.float32]], stride: int) -> Maps:
    """Turn raw outputs (channels, rows, columns) into what the decoder wants."""
    height, width = outputs["centre"].shape[1:]
    cells = np.float32(UNIT_PX / stride)

    def pairs(name: str) -> NDArray[np.float32]:
        return outputs[name].transpose(1, 2, 0).reshape(height, width, 17, 2) * cells

    heatmap = sigmoid(outputs["heatmap"].transpose(1, 2, 0))
    return Maps(sigmoid(outputs["centre"][0]), pairs("regress"), heatmap, pairs("offset"))


def sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the logistic function."""
    return np.asarray((np.tanh(x / 2) + 1) / 2, np.float32)


def multipose_finder(path: Path, side: int) -> Finder:
    """Run MoveNet MultiPose on images fitted into ``side`` x ``side`` pixels."""
    network = MultiPose(path)

    def find(image: Image) -> Found:
        found = network.find(image, side)
        return Found(
            np.array([one.box for one in found]).reshape(-1, 4),
            np.array([one.score for one in found]),
            np.array([one.keypoints for one in found]).reshape(-1, 17, 3),
        )

    return find


def keypoint_box(keypoints: Array) -> Array:
    """Return left, top, right, bottom round the seen keypoints of (17, 3), or round all where hardly any is seen."""
    seen = keypoints[:, 2] >= SEEN
    points = keypoints[seen, :2] if seen.sum() >= 3 else keypoints[:, :2]
    low, high = points.min(0), points.max(0)
    more = MARGIN * float((high - low).max())
    return np.concatenate((low - more, high + more))
