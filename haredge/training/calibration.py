"""Temperature scaling: a network's logits divided by one number, found on what was held out.

Smoothed labels leave a network less confident than it is accurate, and so do the mean answers of teachers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

TEMPERATURES: Final = tuple(round(0.7 + 0.05 * step, 2) for step in range(27))
"""Those that are tried: below 1 answers become more confident, above it less. If few clips are held out, all may happen
to be correct, which would make a network as confident as possible: hence none lower."""
WIDE: Final = tuple(round(0.3 + 0.05 * step, 2) for step in range(35))
"""Those that are tried where so much is held out that chance cannot make all of it correct."""
_LEAST: Final = 1e-30


def find_temperature(
    shares: NDArray[np.float32], true: NDArray[np.int64], tried: Sequence[float] = TEMPERATURES
) -> float:
    """Find what to divide logits by so that the true labels become likeliest (Guo and others, ICML 2017).

    ``shares``: probabilities (n, labels) before the division; ``true``: index of each one's label (n,).
    """
    logarithms = np.log(np.maximum(shares.astype(np.float64), _LEAST))

    def loss(temperature: float) -> float:
        # Logarithms of probabilities are logits, too.
        logits = logarithms / temperature
        return float((np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(true)), true]).mean())

    return min(tried, key=loss)


def apply_temperature(model: Any, temperature: float) -> None:
    """Divide a Keras network's logits from now on: those of its last layer, ``logits``."""
    layer = model.get_layer("logits")
    layer.set_weights([weights / temperature for weights in layer.get_weights()])


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities (n, labels) that logits (n, labels) stand for."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
    return shares
