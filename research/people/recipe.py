"""How long, how fast and on what sizes the network is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

LONGEST_AVERAGE: Final = 40_000.0
"""Examples over which the running mean of the weights reaches at most."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of a training; steps are counted in examples, so that the size of the batch changes nothing."""

    examples: int = 3_000_000
    batch: int = 32
    rate_heads: float = 2e-3
    """Learning rates are shares of each tensor's own magnitude: folded batch normalisation leaves them far apart."""
    rate_pyramid: float = 5e-4
    rate_body: float = 2e-4
    warm_up: int = 2_000
    decline: float = 0.4
    """Last share of the training in which the rates fall to nothing in a straight line."""
    frozen: int = 6
    """Blocks whose weights stay as they are, the stem included; 0 frees all."""
    average: float = 0.1
    """Share of the training over which the running mean of the weights reaches, :data:`LONGEST_AVERAGE` at most."""
    sides: tuple[int, ...] = (128, 160, 192, 256)
    """Widths and heights of the examples in pixels; a batch has one of them."""
    early: tuple[float, ...] = (0.5, 0.1, 0.35, 0.05)
    """Shares of the sides until ``small_until``: small images cost half."""
    late: tuple[float, ...] = (0.1, 0.1, 0.6, 0.2)
    small_until: float = 0.75
    """Share of the training until which the early sides hold."""
    guided: int = 192
    """Width and height of what the network sees, if a guide sees the same in more pixels."""
    checkpoint_s: float = 180.0
    validate: int = 10_000
    """Every how many examples the running mean is validated."""
    seed: int = 1

    def rate(self, parameter: str) -> float:
        """Return the full learning rate of a parameter by its name."""
        if parameter.startswith("heads"):
            return self.rate_heads
        return self.rate_pyramid if parameter.startswith(("lateral", "mix")) else self.rate_body

    def rate_share(self, seen: int) -> float:
        """Return the share of the full learning rate after some examples."""
        if seen < self.warm_up:
            return (seen + self.batch) / self.warm_up
        return float(np.clip((self.examples - seen) / (self.decline * self.examples), 0.002, 1.0))

    @classmethod
    def with_guide(cls, side: int, *, examples: int, batch: int, seed: int) -> Recipe:
        """Return settings for learning from a guide, which sees ``side`` x ``side`` pixels.

        The guide disagrees with the start in little, so more of the body may learn and the rates may fall for longer.
        """
        return cls(
            examples=examples,
            batch=batch,
            seed=seed,
            rate_heads=2e-3,
            rate_pyramid=8e-4,
            rate_body=3e-4,
            decline=0.6,
            frozen=3,
            sides=(side,),
            early=(1.0,),
            late=(1.0,),
        )

    def side(self, seen: int, rng: np.random.Generator) -> int:
        """Choose the next batch's width and height in pixels."""
        shares = self.early if seen < self.small_until * self.examples else self.late
        return int(rng.choice(self.sides, p=shares))

    def keep(self, seen: int) -> float:
        """Return the decay of the running mean, which begins as a plain mean."""
        reach = min(LONGEST_AVERAGE, self.average * self.examples)
        return min(1 - self.batch / reach, (seen + self.batch) / (seen + 10 * self.batch))
