"""What a training looked like, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class History:
    """One number an epoch, the first epoch's first."""

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    """Share of the noisy examples learnt from that were told rightly."""
    score: list[float] = field(default_factory=list)
    """Worth on what was kept aside, from 0 to 1."""
