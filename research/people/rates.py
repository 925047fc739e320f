"""Learning rates as shares of each tensor's own magnitude: folded batch normalisation leaves these far apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from torch import nn

LEAST_MAGNITUDE: Final = 0.01
"""Biases near zero learn as if they were this large."""
CLIP: Final = 50.0
"""Longest gradient; the usual ones are a little longer or shorter."""


def groups(network: nn.Module, share: Callable[[str], float]) -> list[dict[str, Any]]:
    """Return an optimiser's groups, one for each parameter that learns; ``share`` gives its share by its name.

    The full learning rate is a group's ``rate``.
    """
    return [
        {"params": [p], "rate": share(name) * max(LEAST_MAGNITUDE, float(p.detach().square().mean().sqrt()))}
        for name, p in network.named_parameters()
        if p.requires_grad
    ]
