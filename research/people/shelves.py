"""All labelled images, and how often each source is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from research.people.shelf import LabelledImage, Shelf

SHARES: Final = {
    "people": 0.14,
    "le2i": 0.09,
    "workout": 0.04,
    "jhmdb": 0.20,
    "lspet": 0.20,
    "har15": 0.21,
    "synthetic": 0.12,
}
"""How often each source's images with people are drawn, in relation to each other."""
ROOMS: Final = "rooms"


@dataclass(frozen=True)
class Shelves:
    """The sources by name."""

    shelves: dict[str, Shelf]
    usable: dict[str, list[int]]
    """Numbers of the images that show a person whose box is known."""

    @classmethod
    def open(cls, folder: Path) -> Shelves:
        """Open what has been labelled so far."""
        shelves = {name: Shelf(folder, name) for name in (*SHARES, ROOMS)}
        shelves = {name: shelf for name, shelf in shelves.items() if len(shelf)}
        usable = {
            name: [number for number, label in enumerate(shelf.labels) if len(label.boxes)]
            for name, shelf in shelves.items()
            if name != ROOMS
        }
        return cls(shelves, {name: numbers for name, numbers in usable.items() if numbers})

    def draw(self, rng: np.random.Generator) -> tuple[str, int]:
        """Return source and number of a random image with people."""
        names = list(self.usable)
        weights = np.array([SHARES[name] for name in names])
        name = names[int(rng.choice(len(names), p=weights / weights.sum()))]
        return name, int(rng.choice(self.usable[name]))

    def draw_room(self, rng: np.random.Generator) -> tuple[str, int]:
        """Return source and number of a random image without people."""
        return ROOMS, int(rng.integers(len(self.shelves[ROOMS])))

    def label(self, source: str, number: int) -> LabelledImage:
        """Return who is in an image."""
        return self.shelves[source].labels[number]

    def size(self, source: str, number: int) -> tuple[int, int]:
        """Return an image's height and width."""
        height, width = self.shelves[source].image(number).shape[:2]
        return int(height), int(width)
