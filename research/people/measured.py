"""Networks that are measured side by side, and the score at which they are."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.core.types import Image
from research.people.inference import Finder, file_finder
from research.people.sight import best_scores, threshold_for

ALLOWED: Final = 0.02
"""Share of the empty rooms in which a person may be found at the threshold at which scores are given."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network to measure."""

    title: str
    find: Finder

    @classmethod
    def open(cls, text: str) -> Network:
        """Open ``[TITLE=]FILE[@SIDE]``, or a guide: ``[TITLE=]FILE.npz@guide``."""
        title, _, rest = text.rpartition("=")
        file, _, side = rest.partition("@")
        if side == "guide":
            from research.people.guide_inference import guide_finder  # noqa: PLC0415 - needs torch
            from research.people.weights import load_weights  # noqa: PLC0415

            return cls(title or rest, guide_finder(load_weights(Path(file))))
        if file.endswith(".npz"):
            from research.people.float_inference import float_finder  # noqa: PLC0415 - needs torch
            from research.people.network import PeopleNetwork  # noqa: PLC0415
            from research.people.weights import load_weights  # noqa: PLC0415

            return cls(title or rest, float_finder(PeopleNetwork(load_weights(Path(file))), int(side or 192)))
        return cls(title or rest, file_finder(file, int(side) if side else None))

    def threshold(self, rooms: Sequence[Image]) -> float:
        """Return the lowest score at which at most :data:`ALLOWED` of the empty rooms show a person."""
        return threshold_for(best_scores(self.find, rooms), ALLOWED)


def say(line: str) -> None:
    """Print a line at once: measuring takes minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
