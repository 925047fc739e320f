"""A value that changes only once another one has held for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Steady(Generic[Value]):
    """Takes a value that may flicker, and gives one that does not."""

    def __init__(self, value: Value, t: float, holding_s: Callable[[Value], float]) -> None:
        """Begin with a value at ``t``; ``holding_s`` gives the seconds for which another must hold to be taken."""
        self.value = value
        self.since = t
        """Time from which on the value has held."""
        self._holding_s = holding_s
        self._wanted, self._wanted_since = value, t

    def update(self, wanted: Value, t: float) -> Value:
        """Take the value of time ``t`` (growing), and return the steady one."""
        if wanted != self._wanted:
            self._wanted, self._wanted_since = wanted, t
        if wanted != self.value and t - self._wanted_since >= self._holding_s(wanted):
            self.value, self.since = wanted, self._wanted_since
        return self.value
