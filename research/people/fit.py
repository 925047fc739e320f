"""To fit a smaller upper part to what another network says, on features that are kept.

The loss is that of the heads' answers, as :mod:`research.people.guide` has it, with the other network's in the place of
the guide's; and the mean squared error of what goes into the pyramid, each channel in its own standard deviations.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from research.people import guide, rates
from research.people.guide import Wanted
from research.people.network import PeopleNetwork
from research.people.soap import Soap
from research.people.upper import PARTS, Features, upper

RATE: Final = 2e-3
"""Length of the upper part's steps, as a share of each tensor's own magnitude."""
AROUND_RATE: Final = 3e-4
"""The same of the pyramid and the heads, which follow."""
AROUND: Final = ("mix_", "heads.")
LEAST_RATE: Final = 0.003
"""What is left of the rates in the end."""
WARM_UP: Final = 100
"""Steps in which the rates grow to their full size."""
DEEP_SHARE: Final = 0.3
"""Weight of the squared error beside the heads' losses."""
BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class Fit:
    """A network, and another whose answers it learns."""

    network: PeopleNetwork
    other: PeopleNetwork

    def steps(self, portions: Iterable[Features], examples: int) -> Iterator[int]:
        """Learn from portions until ``examples`` were seen; yield how many were after each step."""
        for name, parameter in self.network.named_parameters():
            parameter.requires_grad_(name.startswith((*PARTS, *AROUND)))
        optimiser = Soap(rates.groups(self.network, lambda name: RATE if name.startswith(PARTS) else AROUND_RATE))
        seen = 0
        for portion in portions:
            for numbers in torch.randperm(len(portion)).split(BATCH):
                share = rate_share(seen, examples)
                for group in optimiser.param_groups:
                    group["lr"] = group["rate"] * share
                optimiser.zero_grad()
                self.loss(portion.part(numbers)).backward()
                nn.utils.clip_grad_norm_(self.network.parameters(), rates.CLIP)
                optimiser.step()
                seen += len(numbers)
                yield seen
                if seen >= examples:
                    return

    def loss(self, given: Features) -> Tensor:
        """Compare the two networks' answers."""
        deep = upper(self.network, given.below)
        scale = given.deep.std((0, 2, 3), keepdim=True)
        heads = guide.losses(self.network.answers(deep, given.laterals), answers(self.other, given)).total
        return heads + DEEP_SHARE * ((deep - given.deep) / scale).square().mean()


def answers(network: PeopleNetwork, given: Features) -> Wanted:
    """Return what a network says, as what another should say."""
    with torch.no_grad():
        said = network.answers(given.deep, given.laterals)
    centre, heatmap = torch.sigmoid(said["centre"]), torch.sigmoid(said["heatmap"])
    regress, offset = (said[name].unflatten(1, (17, 2)) for name in ("regress", "offset"))
    return Wanted(centre[:, 0], heatmap, regress, centre.expand(-1, 17, -1, -1), offset)


def rate_share(seen: int, examples: int) -> float:
    """Return the share of the rates after ``seen`` of so many examples: a short warm-up, then half a cosine."""
    cosine = 0.5 + 0.5 * math.cos(math.pi * min(1.0, seen / examples))
    return min(1.0, (seen / BATCH + 1) / WARM_UP) * max(LEAST_RATE, cosine)
