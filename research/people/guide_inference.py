"""What a guide says from all views, at the cells of the network that learns from it: one finder among others."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch

from haredge.core.types import Image
from haredge.pose.decoders.centers import Maps, Pairs, decode
from haredge.pose.fitting import fit
from research.people.guide import SIDE, Guide, gathered
from research.people.inference import LEAST, Finder, Found, found
from research.people.network import PeopleNetwork, to_input
from research.people.runners import on_processor
from research.people.views import GUIDE_STRIDE
from research.people.weights import STRIDE, UNIT_PX, Weights

CELLS_PX: Final = 192
"""Width and height of the image at whose cells the guide's answers are gathered."""


def guide_finder(weights: Weights) -> Finder:
    """Run the network of these weights as a guide."""
    guide = Guide(on_processor(PeopleNetwork(weights, GUIDE_STRIDE), SIDE))

    def find(image: Image) -> Found:
        fitted = fit(image, (SIDE, SIDE))
        said = gathered(guide.said(to_input(torch.from_numpy(fitted.pixels)[None])), SIDE / CELLS_PX)
        regress, offset = (_pairs(part) for part in (said.regress, said.offset))
        maps = Maps(said.centre[0].numpy(), regress, said.heatmap[0].numpy(), offset)
        people = decode(maps, STRIDE, least=LEAST)
        keypoints = np.array([person.keypoints for person in people], np.float64).reshape(-1, 17, 3)
        larger = (keypoints[:, :, :2] + 0.5) * (SIDE / CELLS_PX) - 0.5
        keypoints[:, :, :2] = fitted.letterbox.to_image(larger)
        return found(keypoints, np.array([person.presence for person in people]))

    return find


def _pairs(maps: torch.Tensor) -> Pairs:
    """Take (1, 17, 2, rows, columns) y, x in units of 4 pixels."""
    return Pairs(maps[0].permute(2, 3, 0, 1).numpy(), UNIT_PX / STRIDE)
