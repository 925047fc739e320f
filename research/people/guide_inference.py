"""What a guide says from all views, at the cells of the network that learns from it: one finder among others."""

from __future__ import annotations

from typing import Final

import torch

from haredge.core.types import Image
from haredge.pose.decoders.centers import Maps, Pairs
from haredge.pose.fitting import fit
from research.people.float_inference import decoded
from research.people.guide import SIDE, Guide, gathered
from research.people.inference import Finder, Found
from research.people.network import PeopleNetwork, to_input
from research.people.recipe import Recipe
from research.people.runners import on_processor
from research.people.views import GUIDE_STRIDE
from research.people.weights import STRIDE, UNIT_PX, Weights

CELLS_PX: Final = Recipe().guided
"""Width and height of the image at whose cells the guide's answers are gathered."""


def guide_finder(weights: Weights) -> Finder:
    """Run the network of these weights as a guide."""
    guide = Guide(on_processor(PeopleNetwork(weights, GUIDE_STRIDE), SIDE))

    def find(image: Image) -> Found:
        fitted = fit(image, (SIDE, SIDE))
        said = gathered(guide.said(to_input(torch.from_numpy(fitted.pixels)[None])), SIDE / CELLS_PX)
        regress, offset = (_pairs(part) for part in (said.regress, said.offset))
        maps = Maps(said.centre[0].numpy(), regress, said.heatmap[0].numpy(), offset)
        return decoded(maps, STRIDE, fitted, SIDE / CELLS_PX)

    return find


def _pairs(maps: torch.Tensor) -> Pairs:
    """Take (1, 17, 2, rows, columns) y, x in units of 4 pixels."""
    return Pairs(maps[0].permute(2, 3, 0, 1).numpy(), UNIT_PX / STRIDE)
