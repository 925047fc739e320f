"""The course of a training, by epochs, or of a distillation, by tenths of its steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from haredge.core.clock import clock_time


@dataclass(slots=True)
class History:
    """One number for each epoch, or for the last batch of each tenth of the training, the first's first."""

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    """Share of the examples trained on that were correct."""
    score: list[float] = field(default_factory=list)
    """Validation score on what was held out, from 0 to 1."""

    def line(self, epochs: int, elapsed_s: float) -> str:
        """Return what the newest of ``epochs`` has come to, and the time left, by that which has passed."""
        epoch = len(self.score)
        return (
            f"epoch {epoch}/{epochs}: loss {self.loss[-1]:.3f}, training accuracy {self.accuracy[-1]:.3f}, "
            f"validation score {self.score[-1]:.4f} (best {max(self.score):.4f}); "
            f"{clock_time(elapsed_s / epoch * (epochs - epoch))} left at most"
        )
