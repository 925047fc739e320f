"""Things to be done later, by name, for a thread that waits for other things meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable


class Timers:
    """Each name stands for one thing to do; setting it again replaces it."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._due: dict[str, tuple[float, Callable[[], None]]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._due

    def set(self, name: str, delay_s: float, action: Callable[[], None]) -> None:
        """Do a thing in so many seconds."""
        self._due[name] = (self._monotonic() + delay_s, action)

    def cancel(self, name: str) -> None:
        """Do not do it after all; one that is not set is no matter."""
        self._due.pop(name, None)

    def clear(self) -> None:
        """Do none of them."""
        self._due.clear()

    def left_s(self) -> float | None:
        """Return the seconds until the next one is due, 0 where it is already; None where there is none."""
        return max(0.0, min(at for at, _ in self._due.values()) - self._monotonic()) if self._due else None

    def ring(self) -> None:
        """Do the one that has been due longest, if any is due."""
        if not self._due:
            return
        name = min(self._due, key=lambda each: self._due[each][0])
        at, action = self._due[name]
        if at <= self._monotonic():
            del self._due[name]
            action()
