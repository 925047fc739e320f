"""What the network is trained on: windows from several pools, each with its share and noise, as features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity import features
from haredge.core.errors import DataError
from haredge.datasets.clips import from_joints
from haredge.training.noise import MILD, NETWORK, Noise, body_size, seen_by_a_network
from haredge.training.pools import Pool, Windows
from haredge.training.variety import mirrored, rebuilt, warped

Examples = tuple[NDArray[np.float32], NDArray[np.int64]]
"""Encoded windows (m, 9, SIZE) and the index of each one's label (m,)."""

Noises = tuple[tuple[float, Noise | None], ...]
"""Kinds of noise and the part of windows that gets each."""

NOISES: Final[Noises] = ((0.15, None), (0.35, MILD), (0.5, NETWORK))
"""For true joints. All pools of them share it: were one noisier, the network would distinguish them by their noise."""
ESTIMATED_NOISES: Final[Noises] = ((0.6, None), (0.4, MILD))
"""For joints that a pose network has found, which have its errors already."""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A pool and its share of the mixture."""

    pool: Pool
    share: float
    noises: Noises = NOISES
    mirror: bool = True
    """Whether half of the windows are mirrored."""

    def draw(self, count: int, rng: np.random.Generator) -> Examples:
        """Draw examples: of other bodies and cameras, then noisy in one way or another, then encoded."""
        windows = self.pool.draw(count, rng)
        places, scores = rebuilt(warped(windows.places, rng), rng), windows.scores
        if self.mirror:
            places, scores = mirrored(places, scores, rng)
        parts = rng.choice(len(self.noises), count, p=[part for part, _ in self.noises])
        for index, (_, noise) in enumerate(self.noises):
            if noise is not None and (chosen := parts == index).any():
                places[chosen], scores[chosen] = seen_by_a_network(places[chosen], scores[chosen], rng, noise)
        return features.encode(from_joints(places, scores)), windows.labels


class Mixture:
    """Examples for training, new ones at every draw."""

    def __init__(self, ingredients: Sequence[Ingredient]) -> None:
        self._ingredients = [ingredient for ingredient in ingredients if ingredient.share > 0]
        self._total = sum(ingredient.share for ingredient in self._ingredients)
        if not self._ingredients:
            raise DataError("there is nothing to make examples of: the shares of all that the recordings offer are 0")

    def draw(self, count: int, rng: np.random.Generator) -> Examples:
        """Draw about ``count`` examples in a random order."""
        drawn = [
            ingredient.draw(max(1, round(count * ingredient.share / self._total)), rng)
            for ingredient in self._ingredients
        ]
        encoded, labels = (np.concatenate(part) for part in zip(*drawn, strict=True))
        order = rng.permutation(len(labels))
        return encoded[order], labels[order]


class ShuffledNegatives:
    """Windows whose poses come from different windows of a pool: movements that no body makes."""

    def __init__(self, pool: Pool, label: int) -> None:
        self._pool = pool
        self._label = label

    def draw(self, count: int, rng: np.random.Generator) -> Windows:
        """Draw windows, with replacement."""
        windows = self._pool.draw(count, rng)
        poses = np.arange(windows.places.shape[1])
        # Runs of poses stay together, so that shuffled windows are not recognised by their jumps alone.
        which = np.sort(rng.integers(0, count, (count, 3)), axis=1)[:, poses * 3 // len(poses)]
        labels = np.full(count, self._label, np.int64)
        return Windows(windows.places[which, poses], windows.scores[which, poses], labels)


class OccludedNegatives:
    """Windows in which too little is left to recognise anything: a few joints visible, or all of them misplaced."""

    def __init__(self, pool: Pool, label: int) -> None:
        self._pool = pool
        self._label = label

    def draw(self, count: int, rng: np.random.Generator) -> Windows:
        """Draw windows, with replacement."""
        windows = self._pool.draw(count, rng)
        scores, places = windows.scores.copy(), windows.places.copy()
        few = rng.random(count) < 0.5
        kept = rng.random((count, 1, scores.shape[2])) < rng.uniform(0.1, 0.35, (count, 1, 1))
        scores[few] *= kept[few]
        astray = rng.standard_normal(places.shape, np.float32) * rng.uniform(0.15, 0.5, (count, 1, 1, 1))
        places[~few] += (body_size(places)[:, None, None, None] * astray)[~few].astype(np.float32)
        return Windows(places, scores, np.full(count, self._label, np.int64))
