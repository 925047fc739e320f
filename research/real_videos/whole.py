"""Whole videos, in which several things are done: what must not be reported in them.

Their recordings are labelled with :data:`HOME`, which stands for what people do in any room, and whatever else occurs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from haredge.core.labels import NO_PERSON
from haredge.core.types import Frame
from haredge.synthetic.clip import SyntheticClip

HOME: Final = "home"
AND: Final = ", "

ROOM: Final = frozenset(
    ("standing", "sitting", "lying", "walking", "sitting_down", "standing_up", "picking_up", "falling", "getting_up")
)
"""What people do in any room, Le2i's among them."""

DAILY: Final = (
    *("walking", "standing", "sitting", "picking_up", "tying_shoes", "kneeling", "waving", "dropping_onto_chair"),
    *("clapping", "lying_down", "playing"),
)
"""What the synthetic person does at home."""

WORDS: Final = 4
"""Things done in one video."""

RATE_HZ: Final = 12.0
SIZE: Final = (320, 240)
"""(width, height) of the images."""


def label_of(labels: Iterable[str]) -> str:
    """Return the label of a whole video in which these occur, and what people do in any room."""
    return AND.join((HOME, *sorted(set(labels) - ROOM)))


def labels_of(label: str) -> frozenset[str]:
    """Return what may occur in a whole video with this label; nothing if it is that of a clip."""
    home, *others = label.split(AND)
    return ROOM.union(others) if home == HOME else frozenset()


class Living:
    """A video of the synthetic person at home."""

    def __init__(self, seed: int) -> None:
        """Choose who does what, and where."""
        words = np.random.default_rng((seed, 9)).choice(DAILY, WORDS, replace=False).tolist()
        self._clip = SyntheticClip([(word, None) for word in words], seed=seed, size=SIZE)

    @property
    def labels(self) -> frozenset[str]:
        """Everything that is done in it."""
        return frozenset(label for _, _, label in self._clip.labels(RATE_HZ)) - {NO_PERSON}

    def frames(self) -> Iterator[Frame]:
        """Draw it."""
        for index in range(self._clip.frame_count(RATE_HZ)):
            t = index / RATE_HZ
            yield Frame(index, t, self._clip.at(t).image)
