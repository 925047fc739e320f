"""How sure a network may be: its logits divided by one number, found on what was kept aside.

Smoothed labels leave a network less sure than it is right, and so do the mean answers of teachers.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

TEMPERATURES: Final = tuple(round(0.7 + 0.05 * step, 2) for step in range(27))
"""Those that are tried: below 1 answers become surer, above it less sure. Of few clips kept aside all may happen to be
told rightly, which would make a network as sure as it can be: hence none lower."""
_LEAST: Final = 1e-30


def temperature(shares: NDArray[np.float32], true: NDArray[np.int64]) -> float:
    """Find what to divide logits by so that the true labels become likeliest (Guo and others, ICML 2017).

    ``shares``: probabilities (n, labels) before the division; ``true``: index of each one's label (n,).
    """
    logarithms = np.log(np.maximum(shares.astype(np.float64), _LEAST))

    def loss(divisor: float) -> float:
        # Logarithms of probabilities are logits, too.
        logits = logarithms / divisor
        return float((np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(true)), true]).mean())

    return min(TEMPERATURES, key=loss)


def cool(model: Any, divisor: float) -> None:
    """Divide a Keras network's logits from now on: those of its last layer, ``logits``."""
    layer = model.get_layer("logits")
    layer.set_weights([weights / divisor for weights in layer.get_weights()])
