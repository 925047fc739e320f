"""What a training looked like, epoch by epoch, or where larger networks taught, by tenths of the lessons."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class History:
    """One number for each epoch, or for the last batch of each tenth of the lessons, the first's first."""

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    """Share of the examples learnt from that were told rightly."""
    score: list[float] = field(default_factory=list)
    """Worth on what was kept aside, from 0 to 1."""
