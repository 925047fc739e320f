"""The course of a training, by epochs, or of a distillation, by tenths of its steps."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class History:
    """One number for each epoch, or for the last batch of each tenth of the training, the first's first."""

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    """Share of the examples trained on that were correct."""
    score: list[float] = field(default_factory=list)
    """Validation score on what was held out, from 0 to 1."""
