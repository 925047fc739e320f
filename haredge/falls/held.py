"""For how long something has been so of a person, all in all."""

from __future__ import annotations

from haredge.core.step import Step


class Held:
    """Counts from one frame to the next, in both of which it is so: a single frame may be wrong."""

    def __init__(self, longest_step_s: float) -> None:
        """Take how many seconds count at most from one frame to the next."""
        self.total_s = 0.0
        self.now = False
        self._step = Step(longest_step_s)

    def update(self, t: float, *, holds: bool) -> None:
        """Take whether it is so at a growing time."""
        step_s = self._step.to(t)
        self.total_s += step_s if holds and self.now else 0.0
        self.now = holds
