"""What the network should answer for labelled people, and how far it is off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from research.people.batch import People
from research.people.weights import STRIDE, UNIT_PX

CENTRE_SIGMA: Final = (0.08, 4.0, 12.0)
"""Width of the bell round a centre: as a share of the root of the box's area, at least, at most, in pixels."""
KEYPOINT_SIGMA: Final = (0.035, 4.0, 8.0)
"""The same round a keypoint."""
NEAR: Final = (-1, 0, 1)
"""Cells round the nearest one, each way, in which regression and offsets are trained."""
SMALL_PX: Final = 32.0
LEAST_WEIGHT: Final = 0.3
"""To miss a person smaller than ``SMALL_PX`` costs less, down to ``LEAST_WEIGHT``: small things are often mistaken."""
LEAST_SIZE_PX: Final = 16.0
"""Regression errors count in relation to the person's size, or to this."""


@dataclass(frozen=True, slots=True)
class Losses:
    """Parts of the loss."""

    centre: Tensor
    heatmap: Tensor
    regress: Tensor
    offset: Tensor

    @property
    def total(self) -> Tensor:
        """The parts, weighted."""
        return self.centre + self.heatmap + 2.0 * self.regress + 0.5 * self.offset


def losses(outputs: dict[str, Tensor], people: People) -> Losses:
    """Compare the network's raw outputs with who is there."""
    rows, columns = outputs["centre"].shape[2:]
    grid = Grid(rows, columns, outputs["centre"].device)
    size = sizes_px(people.boxes)
    there = (size > 0).float()
    middle = middles_px(people.boxes)
    bells = grid.bells(middle, sigma_px(size, CENTRE_SIGMA)) * there[:, :, None, None]
    target = bells.amax(1)
    counted = torch.maximum(1 - grid.inside(people.unsure).amax(1), (target > 0.3).float())
    weight = ((bells > 0.999) * (size / SMALL_PX).clamp(LEAST_WEIGHT, 1)[:, :, None, None]).amax(1)
    centre = focal(outputs["centre"][:, 0], target, counted, weight) / there.sum().clamp(min=1)
    return Losses(
        centre,
        _heatmap_loss(outputs["heatmap"], people, size, grid),
        _regress_loss(outputs["regress"], people, middle, size, grid),
        _offset_loss(outputs["offset"], people, grid),
    )


class Grid:
    """The outputs' cells: cell (i, j) lies at (8 j, 8 i), where x and y count from the input's corner."""

    def __init__(self, rows: int, columns: int, device: torch.device) -> None:
        self.rows, self.columns = rows, columns
        self.y = torch.arange(rows, device=device) * float(STRIDE)
        self.x = torch.arange(columns, device=device) * float(STRIDE)

    def bells(self, places: Tensor, sigma: Tensor) -> Tensor:
        """Return (..., rows, columns) bells round (..., 2) places x, y, exactly 1 at the nearest cell."""
        return _bell(self.y, places[..., 1], sigma)[..., :, None] * _bell(self.x, places[..., 0], sigma)[..., None, :]

    def inside(self, boxes: Tensor) -> Tensor:
        """Return (..., rows, columns) of 1 in (..., 4) boxes, 0 outside."""
        left, top, right, bottom = ((boxes + 0.5)[..., side, None] for side in range(4))
        y = (self.y >= top) & (self.y < bottom)
        x = (self.x >= left) & (self.x < right)
        return (y[..., :, None] & x[..., None, :]).float()

    def around(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Return flat numbers (..., 9) of the cells near (..., 2) places x, y, and (..., 9, 2) y, x from them there."""
        step = torch.tensor([[i, j] for i in NEAR for j in NEAR], device=places.device)
        row = (places[..., 1, None] / STRIDE).round().long() + step[:, 0]
        column = (places[..., 0, None] / STRIDE).round().long() + step[:, 1]
        row, column = row.clamp(0, self.rows - 1), column.clamp(0, self.columns - 1)
        away = torch.stack((places[..., 1, None] - row * STRIDE, places[..., 0, None] - column * STRIDE), -1)
        return row * self.columns + column, away


def _bell(cells: Tensor, place: Tensor, sigma: Tensor) -> Tensor:
    height = torch.exp(-(cells - place[..., None]).square() / (2 * sigma[..., None].square()))
    return height / height.amax(-1, keepdim=True).clamp(min=1e-6)


def focal(logits: Tensor, target: Tensor, counted: Tensor, weight: Tensor) -> Tensor:
    """Return CornerNet's focal loss, summed (Law and Deng, 2018, equation 1).

    Cells where the target is 1 count ``weight`` times, the others less the nearer they are to one; cells count only
    where ``counted`` is 1.
    """
    p = torch.sigmoid(logits)
    hit = -(1 - p).square() * functional.logsigmoid(logits) * weight
    miss = -(1 - target).pow(4) * p.square() * functional.logsigmoid(-logits)
    return (torch.where(target > 0.999, hit, miss) * counted).sum()


def _heatmap_loss(logits: Tensor, people: People, size: Tensor, grid: Grid) -> Tensor:
    present, weight = people.keypoints[..., 2], people.keypoints[..., 3]
    known = present * weight
    sigma = sigma_px(size, KEYPOINT_SIGMA)[..., None].expand_as(known)
    bells = grid.bells(people.keypoints[..., :2] + 0.5, sigma) * (known > 0)[..., None, None]
    target = bells.amax(1)
    weights = ((bells > 0.999) * known[..., None, None]).amax(1)
    unknown = (weight <= 0).float() * (size > 0).float()[..., None]
    hidden = (torch.einsum("npk,npij->nkij", unknown, grid.inside(people.boxes)) > 0).float()
    hidden = torch.maximum(hidden, grid.inside(people.unsure).amax(1)[:, None])
    counted = torch.maximum(1 - hidden, (target > 0.3).float())
    return focal(logits, target, counted, weights) / known.sum().clamp(min=1)


def _regress_loss(regress: Tensor, people: People, middle: Tensor, size: Tensor, grid: Grid) -> Tensor:
    """Return the mean error in shares of the person's size."""
    cells, _ = grid.around(middle)
    batch, count = cells.shape[:2]
    found = _at(regress, cells.flatten(1)).reshape(batch, count, len(NEAR) ** 2, 17, 2) * UNIT_PX
    row, column = cells // grid.columns, cells % grid.columns
    start = torch.stack((row, column), -1)[:, :, :, None] * float(STRIDE)
    wanted = (people.keypoints[:, :, None, :, [1, 0]] + 0.5) - start
    known = (people.keypoints[..., 2] * people.keypoints[..., 3])[:, :, None] * (size > 0).float()[..., None, None]
    scale = size.clamp(min=LEAST_SIZE_PX)[..., None, None, None]
    error = functional.smooth_l1_loss(found / scale, wanted / scale, reduction="none", beta=0.02).sum(-1)
    return (error * known).sum() / (known.sum() * len(NEAR) ** 2).clamp(min=1)


def _offset_loss(offset: Tensor, people: People, grid: Grid) -> Tensor:
    """Return the mean error in cells."""
    places = people.keypoints[..., :2] + 0.5
    cells, away = grid.around(places)
    batch = len(cells)
    pairs = offset.reshape(batch, 17, 2, -1).permute(0, 1, 3, 2)
    numbers = cells.permute(0, 2, 1, 3).reshape(batch, 17, -1)
    found = pairs.gather(2, numbers[..., None].expand(-1, -1, -1, 2)) * (UNIT_PX / STRIDE)
    wanted = away.permute(0, 2, 1, 3, 4).reshape(batch, 17, -1, 2) / STRIDE
    known = (people.keypoints[..., 2] * people.keypoints[..., 3]).permute(0, 2, 1)
    known = known[..., None].expand(-1, -1, -1, len(NEAR) ** 2).reshape(batch, 17, -1)
    error = functional.smooth_l1_loss(found, wanted, reduction="none", beta=0.1).sum(-1)
    return (error * known).sum() / known.sum().clamp(min=1)


def _at(maps: Tensor, cells: Tensor) -> Tensor:
    """Return (batch, n, channels) of (batch, channels, rows, columns) at (batch, n) flat numbers of cells."""
    flat = maps.flatten(2)
    return flat.gather(2, cells[:, None].expand(-1, flat.shape[1], -1)).transpose(1, 2)


def sizes_px(boxes: Tensor) -> Tensor:
    """Return the roots of boxes' areas in pixels; 0 for boxes that are not there."""
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1).sqrt()


def middles_px(boxes: Tensor) -> Tensor:
    """Return (..., 2) x, y of (..., 4) boxes' middles, from the input's corner."""
    return (boxes[..., :2] + boxes[..., 2:]) / 2 + 0.5


def sigma_px(size: Tensor, rule: tuple[float, float, float]) -> Tensor:
    """Return the widths of bells for people of some sizes, by a rule such as :data:`CENTRE_SIGMA`."""
    share, least, most = rule
    return (share * size).clamp(least, most)
