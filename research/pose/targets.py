"""What the network should answer for a batch of labelled images, and how far it is off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from research.pose.network import OFFSET_UNIT_PX, STRIDE

HEAT_SIGMA_PX: Final = 7.0
"""Width of the bell that a heatmap should show round a keypoint."""
OFFSET_RADIUS_PX: Final = 20.0
"""Offsets are trained within this distance of a keypoint."""
POSITIVE_WEIGHT: Final = 8.0
"""Weight of a heatmap's cells on a keypoint, beside 1 for the empty ones."""


@dataclass(frozen=True, slots=True)
class Losses:
    """Parts of the loss, each a mean over keypoints."""

    heat: Tensor
    place: Tensor
    offset: Tensor

    @property
    def total(self) -> Tensor:
        """The parts, weighted."""
        return 0.1 * self.heat + self.place + 0.5 * self.offset


def displacements(keypoints: Tensor, height: int, width: int) -> Tensor:
    """Return (batch, 17, 2, height, width) y, x pixels from every cell to (batch, 17, 4) keypoints."""
    y = torch.arange(height, device=keypoints.device) * float(STRIDE)
    x = torch.arange(width, device=keypoints.device) * float(STRIDE)
    dy = (keypoints[:, :, 1, None, None] - y[:, None]).expand(-1, -1, height, width)
    dx = (keypoints[:, :, 0, None, None] - x[None, :]).expand(-1, -1, height, width)
    return torch.stack((dy, dx), 2)


def losses(heatmaps: Tensor, offsets: Tensor, keypoints: Tensor) -> Losses:
    """Compare the network's outputs with (batch, 17, 4) keypoints: x, y in input pixels, present, weight."""
    batch, count, height, width = heatmaps.shape
    towards = displacements(keypoints, height, width)
    squared = towards.square().sum(2)
    present, weight = keypoints[:, :, 2], keypoints[:, :, 3]
    there = present * weight
    bell = torch.exp(-squared / (2 * HEAT_SIGMA_PX**2)) * present[:, :, None, None]
    heat = functional.binary_cross_entropy_with_logits(heatmaps, bell, 1 + POSITIVE_WEIGHT * bell, reduction="none")
    place = -(functional.log_softmax(heatmaps.flatten(2), 2) * _distribution(bell)).sum(2)
    near = (squared < OFFSET_RADIUS_PX**2).float()
    pairs = offsets.reshape(batch, 2, count, height, width).transpose(1, 2)
    miss = functional.smooth_l1_loss(pairs / OFFSET_UNIT_PX, towards / OFFSET_UNIT_PX, reduction="none", beta=0.1)
    miss = (miss.sum(2) * near).sum((2, 3)) / near.sum((2, 3)).clamp(min=1)
    known = weight.sum().clamp(min=1)
    return Losses(
        (heat.sum((2, 3)) * weight).sum() / known,
        (place * there).sum() / known,
        (miss * there).sum() / known,
    )


def _distribution(bell: Tensor) -> Tensor:
    flat = bell.flatten(2)
    return flat / flat.sum(2, keepdim=True).clamp(min=1e-6)
