"""An image seen in turns and in a mirror, and a network's answers turned back to it.

A network that has learned people who stand sees who lies, or hangs upside down, best where they are turned upright.
The cells of the outputs lie at whole multiples of :data:`GUIDE_STRIDE` pixels, from 0 on, so an image of ``side``
pixels is mirrored about ``side / 2``: cell i comes to lie on cell ``n - i``, and what would be cell n is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from haredge.core.keypoints import MIRROR
from research.people.weights import UNIT_PX

GUIDE_STRIDE: Final = 4
"""Input pixels from one cell of the guide's outputs to the next."""
NOTHING: Final = -9.0
"""The logit of a cell of which nothing is known."""

Outputs = dict[str, Tensor]
"""A network's raw outputs by name: :mod:`research.people.network`."""


@dataclass(frozen=True, slots=True)
class View:
    """Turned and mirrored: along x, then along y, then rows and columns exchanged."""

    mirror_x: bool = False
    mirror_y: bool = False
    exchange: bool = False

    @property
    def mirrored(self) -> bool:
        """Whether left and right are exchanged, which no turn does."""
        return (self.mirror_x + self.mirror_y + self.exchange) % 2 == 1

    def of(self, images: Tensor) -> Tensor:
        """Return (batch, channels, side, side) as seen so; what was not in the image is 0."""
        for dimension, wanted in ((3, self.mirror_x), (2, self.mirror_y)):
            images = mirrored(images, dimension, 0.0) if wanted else images
        return images.transpose(2, 3) if self.exchange else images

    def back(self, outputs: Outputs) -> Outputs:
        """Return what a network says of an image seen so as said of the image itself."""
        logits = {name: outputs[name] for name in ("centre", "heatmap")}
        pairs = {name: outputs[name].unflatten(1, (len(MIRROR), 2)) for name in ("regress", "offset")}
        if self.exchange:
            logits = {name: value.transpose(2, 3) for name, value in logits.items()}
            pairs = {name: value.transpose(3, 4).flip(2) for name, value in pairs.items()}
        for axis, wanted in ((0, self.mirror_y), (1, self.mirror_x)):
            if wanted:
                logits = {name: mirrored(value, 2 + axis, NOTHING) for name, value in logits.items()}
                pairs = {name: _mirrored_pairs(value, axis) for name, value in pairs.items()}
        if self.mirrored:
            logits["heatmap"] = logits["heatmap"][:, MIRROR]
            pairs = {name: value[:, MIRROR] for name, value in pairs.items()}
        return logits | {name: value.flatten(1, 2) for name, value in pairs.items()}


UPRIGHT: Final = View()
TURNS: Final = (UPRIGHT, View(mirror_y=True, exchange=True), View(True, True), View(mirror_x=True, exchange=True))
"""By 0, 90, 180 and 270 degrees."""
MIRRORED: Final = View(mirror_x=True)


def mirrored(maps: Tensor, dimension: int, nothing: float) -> Tensor:
    """Put what is at n - i, of n, at i; at 0, where nothing comes to lie, put ``nothing``."""
    length = maps.shape[dimension]
    order = (length - torch.arange(length, device=maps.device)) % length
    turned = maps.index_select(dimension, order)
    turned.select(dimension, 0).fill_(nothing)
    return turned


def _mirrored_pairs(pairs: Tensor, axis: int) -> Tensor:
    """Mirror (batch, 17, 2, rows, columns) y, x along an axis: pixel p, its centre at p + 0.5, becomes side - p."""
    turned = mirrored(pairs, 3 + axis, 0.0)
    along = turned[:, :, axis]
    torch.sub(1 / UNIT_PX, along, out=along)
    return turned
