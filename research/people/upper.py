"""The network's upper part, and what of examples is kept to fit it without running the rest again.

What comes from block :data:`FIRST` on goes into the channels of ``lateral_32``, one value to each of 36 cells, and
nowhere else. With its inputs kept, and with what the pyramid takes from below, a step of its training costs a quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from research.people.network import PeopleNetwork
from research.people.weights import TAPS

FIRST: Final = 14
"""The first block of the upper part, which has two thirds of all weights."""
PARTS: Final = (*(f"blocks.{index}." for index in range(FIRST, FIRST + 3)), "last.", "lateral_32.")
"""How the names of its weights begin."""


@dataclass(frozen=True, slots=True)
class Features:
    """What a network has computed of some images, (images, channels, rows, columns) each, float32."""

    below: Tensor
    """What the upper part is given."""
    deep: Tensor
    """What it makes of it."""
    laterals: dict[int, Tensor]
    """What the pyramid takes from below, by stride."""

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.below)

    def part(self, numbers: Tensor) -> Features:
        """Return those of some images."""
        laterals = {stride: value[numbers] for stride, value in self.laterals.items()}
        return Features(self.below[numbers], self.deep[numbers], laterals)

    def save(self, path: Path) -> None:
        """Write them as float16, whole or not at all."""
        fresh = path.with_suffix(".new.npz")
        named = {
            "below": self.below,
            "deep": self.deep,
            **{f"lateral_{n}": value for n, value in self.laterals.items()},
        }
        np.savez(fresh, allow_pickle=False, **{name: value.numpy().astype(np.float16) for name, value in named.items()})
        fresh.rename(path)

    @classmethod
    def load(cls, path: Path) -> Features:
        """Read what was written."""
        with np.load(path) as file:
            named = {name: torch.from_numpy(file[name].astype(np.float32)) for name in file.files}
        return cls(named["below"], named["deep"], {n: named[f"lateral_{n}"] for n in TAPS})


def features(network: PeopleNetwork, x: Tensor) -> Features:
    """Return what a network computes of its input (batch, 3, height, width)."""
    given: list[Tensor] = []
    handle = network.blocks[FIRST].register_forward_pre_hook(lambda _, inputs: given.append(inputs[0]))
    with torch.no_grad():
        read = network.body(x)
        out = Features(given[0], network.lateral_32(read[32]), network.laterals(read))
    handle.remove()
    return out


def upper(network: PeopleNetwork, below: Tensor) -> Tensor:
    """Return what a network's upper part makes of its inputs."""
    x = below
    for block in network.blocks[FIRST:]:
        x = block(x)
    deep: Tensor = network.lateral_32(x if network.last is None else functional.relu6(network.last(x)))
    return deep
