"""Whole batches of examples drawn on a GPU: the same plans as :mod:`research.people.render`, and simpler spoiling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from research.people.render import THIN
from research.people.scene import Layer, Scene
from research.people.shelves import Shelves
from research.pose.spoil import NIGHT

LEVELS: Final = 3
"""Sizes in which each image is kept, each half as large as the one before, so that nothing aliases."""
SOFT: Final = 0.12
"""Share of a cut-out's half width over which its edge fades."""


@dataclass(frozen=True)
class Atlas:
    """All labelled images on a device."""

    levels: list[Tensor]
    """(images, 3, side, side) bytes, RGB, in the upper left corner, at full, half and quarter size."""
    first: dict[str, int]
    """Number of each source's first image."""

    @classmethod
    def load(cls, shelves: Shelves, device: torch.device) -> Atlas:
        """Copy all images to a device."""
        first, count, side = {}, 0, 0
        for name, shelf in shelves.shelves.items():
            first[name], count = count, count + len(shelf)
            side = max([side, *(max(shelf.image(number).shape) for number in range(len(shelf)))])
        side = -(-side // 2 ** (LEVELS - 1)) * 2 ** (LEVELS - 1)
        full = torch.zeros(count, 3, side, side, dtype=torch.uint8, device=device)
        for name, shelf in shelves.shelves.items():
            for number in range(len(shelf)):
                image = torch.from_numpy(np.ascontiguousarray(shelf.image(number)[:, :, ::-1])).permute(2, 0, 1)
                full[first[name] + number, :, : image.shape[1], : image.shape[2]] = image.to(device)
        levels = [full]
        while len(levels) < LEVELS:
            halves = [functional.avg_pool2d(part.float(), 2).round().byte() for part in levels[-1].split(256)]
            levels.append(torch.cat(halves))
        return cls(levels, first)


@dataclass(frozen=True, slots=True)
class Layers:
    """The k-th layers of a batch of scenes: a row for each scene that has one."""

    scene: Tensor
    """(rows,) the scene's number."""
    image: Tensor
    """(rows,) the image's number in the atlas."""
    inverse: Tensor
    """(rows, 2, 3) from the example's pixels to the image's."""
    size: Tensor
    """(rows, 2) the image's width and height."""
    clip: Tensor
    """(rows, 4) left, top, right, bottom in the example."""
    part: Tensor
    """(rows, 4) the part of the image that is cut out, in its pixels; NaN for the whole image."""
    reflect: Tensor
    """(rows,) whether the image continues as its mirror image."""
    level: Tensor
    """(rows,) which size of the image to read."""

    def to(self, device: torch.device) -> Layers:
        """Move to a device."""
        return Layers(*(getattr(self, one.name).to(device, non_blocking=True) for one in fields(self)))


def layers_of(scenes: Sequence[Scene], shelves: Shelves, first: dict[str, int]) -> list[Layers]:
    """Gather the layers of scenes, the undermost first."""
    depth = max(len(scene.layers) for scene in scenes)
    return [
        _gathered(
            [(number, scene.layers[k]) for number, scene in enumerate(scenes) if k < len(scene.layers)], shelves, first
        )
        for k in range(depth)
    ]


def _gathered(rows: list[tuple[int, Layer]], shelves: Shelves, first: dict[str, int]) -> Layers:
    scales = [np.sqrt(abs(np.linalg.det(layer.matrix[:, :2]))) for _, layer in rows]
    levels = [min(LEVELS - 1, max(0, int(np.floor(np.log2(THIN / scale)) + 1))) for scale in scales]
    parts = [layer.cut_out for _, layer in rows]

    def floats(values: list[object]) -> Tensor:
        return torch.from_numpy(np.array(values, np.float32))

    return Layers(
        torch.tensor([number for number, _ in rows]),
        torch.tensor([first[layer.source] + layer.number for _, layer in rows]),
        floats([_inverse(layer.matrix) for _, layer in rows]),
        floats([shelves.size(layer.source, layer.number)[::-1] for _, layer in rows]),
        floats([(layer.clip.left, layer.clip.top, layer.clip.right, layer.clip.bottom) for _, layer in rows]),
        floats([(np.nan,) * 4 if part is None else (part.left, part.top, part.right, part.bottom) for part in parts]),
        torch.tensor([layer.reflect for _, layer in rows]),
        torch.tensor(levels),
    )


def _inverse(matrix: np.ndarray) -> np.ndarray:
    turn = np.linalg.inv(matrix[:, :2])
    return np.column_stack((turn, -turn @ matrix[:, 2]))


def draw_layers(layers: Sequence[Layers], atlas: Atlas, count: int, side: int) -> Tensor:
    """Draw ``count`` scenes: (count, 3, side, side) floats 0 to 255, RGB, on the atlas's device."""
    device = atlas.levels[0].device
    canvas = torch.zeros(count, 3, side, side, device=device)
    steps = torch.arange(side, device=device, dtype=torch.float32)
    at = torch.stack((steps[None, :].expand(side, side), steps[:, None].expand(side, side)), -1)
    for layer in layers:
        source = torch.einsum("nij,yxj->nyxi", layer.inverse[:, :, :2], at) + layer.inverse[:, None, None, :, 2]
        share = _share(layer, source, at)
        colours = _read(layer, source, atlas)
        canvas[layer.scene] = torch.lerp(canvas[layer.scene], colours, share[:, None])
    return canvas


def _share(layer: Layers, source: Tensor, at: Tensor) -> Tensor:
    """Return (rows, side, side) in [0, 1]: how much of a layer is seen at each pixel."""
    size = layer.size[:, None, None]
    inside = ((source >= -0.5) & (source < size - 0.5)).all(-1) | layer.reflect[:, None, None]
    clip = layer.clip.round()[:, None, None]
    inside &= (at >= clip[..., :2]).all(-1) & (at < clip[..., 2:]).all(-1)
    part = layer.part[:, None, None]
    middle, half = (part[..., :2] + part[..., 2:] - 1) / 2, ((part[..., 2:] - part[..., :2]) / 2).clamp(min=1)
    away = ((source - middle) / half).pow(4).sum(-1).pow(0.25)
    return inside * ((1 - away) / SOFT).clamp(0, 1).nan_to_num(1.0)


def _read(layer: Layers, source: Tensor, atlas: Atlas) -> Tensor:
    """Return (rows, 3, side, side) colours at places (rows, side, side, 2) x, y in pixels of the images."""
    size = layer.size[:, None, None]
    folded = torch.remainder(source + 0.5, 2 * size)
    folded = torch.minimum(folded, 2 * size - folded) - 0.5
    source = torch.where(layer.reflect[:, None, None, None], folded, torch.minimum(source.clamp(min=0), size - 1))
    out = torch.zeros(len(source), 3, *source.shape[1:3], device=source.device)
    for level, images in enumerate(atlas.levels):
        rows = (layer.level == level).nonzero()[:, 0]
        if len(rows):
            grid = 2 * (source[rows] + 0.5) / (2**level * images.shape[-1]) - 1
            out[rows] = functional.grid_sample(images[layer.image[rows]].float(), grid, align_corners=False)
    return out


def spoil(images: Tensor, generator: torch.Generator) -> Tensor:
    """Do to (batch, 3, side, side) floats what light, lens and sensor do, each image its own way."""
    count, device = len(images), images.device

    def draws(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(count, *(shape or (1, 1, 1)), generator=generator, device=device)

    def some(share: float) -> Tensor:
        return draws(0, 1) < share

    dim = some(0.12)
    gain = torch.where(dim, draws(0.15, 0.5), draws(0.7, 1.3)) * draws(0.85, 1.15, 3, 1, 1)
    x = (images / 255).pow(draws(0.7, 1.4)) * gain * 255 + torch.where(dim, 0.0, draws(-20, 20))
    x = torch.where(some(0.1), x.mean(1, keepdim=True).expand_as(x), x)
    x = torch.where(some(NIGHT), _infrared(images, draws), x)
    x = torch.where(some(0.2), functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False), x)
    coarse = functional.interpolate(functional.avg_pool2d(x, 2), scale_factor=2, mode="bilinear")
    x = torch.where(some(0.12), coarse, x)
    noise = torch.randn(x.shape, generator=generator, device=device) * draws(2, 14)
    return torch.where(some(0.25) | dim, x + noise, x).clamp(0, 255)


def _infrared(images: Tensor, draws: Callable[..., Tensor]) -> Tensor:
    """Do what :func:`research.pose.spoil.infrared` does except its noise, which :func:`spoil` adds to some."""
    side = images.shape[-1]
    shares = -draws(1e-6, 1, 4, 1, 1).log()  # of a random point of a simplex, after division by their sum
    mixed = (images * shares[:, :3]).sum(1, keepdim=True) + images[:, :1] * shares[:, 3:]  # red counts twice
    grey = mixed / (255 * shares.sum(1, keepdim=True))
    steps = torch.linspace(0, 1, side, device=images.device)
    away = (steps[:, None] - draws(0.35, 0.65)).square() + (steps - draws(0.35, 0.65)).square()
    lit = grey.pow(draws(0.6, 1.1)) * torch.exp(-away / draws(0.35, 1.2).square()) * draws(0.5, 1.5) * 255
    return lit.expand_as(images)
