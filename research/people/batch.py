"""Examples by number: composed, drawn and put together into arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from research.people.compose import Composer
from research.people.render import draw_twice
from research.people.scene import Scene, area
from research.people.shelves import ROOMS

MOST: Final = 20
"""People, and unsure boxes, of one example that count; further ones are left out, and their places are unsure."""


@dataclass(frozen=True, slots=True)
class People:
    """The labels of a batch; rows of people who are not there are zero."""

    keypoints: Tensor
    """(batch, people, 17, 4) x, y in input pixels, present, weight."""
    boxes: Tensor
    """(batch, people, 4) left, top, right, bottom in input pixels."""
    unsure: Tensor
    """(batch, n, 4) boxes in which nothing is learned but the people."""
    empty: Tensor
    """(batch,) whether all that is shown is known to be without people."""

    def to(self, device: torch.device) -> People:
        """Move to a device."""
        keypoints, boxes, unsure, empty = (
            part.to(device, non_blocking=True) for part in (self.keypoints, self.boxes, self.unsure, self.empty)
        )
        return People(keypoints, boxes, unsure, empty)

    def scaled(self, factor: float) -> People:
        """Return where they are in images made larger or smaller by ``factor``."""
        xy = (self.keypoints[..., :2] + 0.5) * factor - 0.5
        keypoints = torch.cat((xy, self.keypoints[..., 2:]), -1)
        boxes, unsure = ((part + 0.5) * factor - 0.5 for part in (self.boxes, self.unsure))
        return People(keypoints, boxes, unsure, self.empty)


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples, drawn."""

    clean: Tensor
    """(batch, side, side, 3) bytes, RGB, as they were before light, lens and sensor spoilt them."""
    pixels: Tensor
    """The same, spoilt."""
    people: People

    def to(self, device: torch.device) -> Batch:
        """Move to a device."""
        clean, pixels = (part.to(device, non_blocking=True) for part in (self.clean, self.pixels))
        return Batch(clean, pixels, self.people.to(device))


def examples(composer: Composer, side: int, numbers: Sequence[int], seed: int) -> Batch:
    """Make the examples of some numbers."""
    images, scenes = [], []
    for number in numbers:
        rng = np.random.default_rng((seed, number))
        scene = composer.scene(side, rng)
        images.append(draw_twice(scene, composer.shelves, rng))
        scenes.append(scene)
    clean, spoilt = (torch.from_numpy(np.stack(kind)) for kind in zip(*images, strict=True))
    return Batch(clean, spoilt, together(scenes))


def together(scenes: Sequence[Scene]) -> People:
    """Pad the labels of scenes to equal numbers."""
    most = min(MOST, max(1, *(len(scene.boxes) for scene in scenes)))
    keypoints = np.zeros((len(scenes), most, 17, 4), np.float32)
    boxes = np.zeros((len(scenes), most, 4), np.float32)
    unsure = np.zeros((len(scenes), MOST, 4), np.float32)
    for index, scene in enumerate(scenes):
        count = min(most, len(scene.boxes))
        if count:
            keypoints[index, :count], boxes[index, :count] = scene.keypoints[:count], scene.boxes[:count]
        hidden = [*scene.boxes[count:], *sorted(scene.unsure, key=area, reverse=True)][:MOST]
        if hidden:
            unsure[index, : len(hidden)] = hidden
    empty = np.array([all(layer.source == ROOMS for layer in scene.layers) for scene in scenes])
    return People(*map(torch.from_numpy, (keypoints, boxes, unsure, empty)))
