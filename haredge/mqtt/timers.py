"""Actions for later, by name, for a thread that waits for other things meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable


class Timers:
    """Each name stands for one action; setting it again replaces it."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._due: dict[str, tuple[float, Callable[[], None]]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._due

    def set(self, name: str, delay_s: float, action: Callable[[], None]) -> None:
        """Run an action in ``delay_s`` seconds."""
        self._due[name] = (self._monotonic() + delay_s, action)

    def cancel(self, name: str) -> None:
        """Cancel a timer; does nothing if it is not set."""
        self._due.pop(name, None)

    def left_s(self) -> float | None:
        """Return the seconds until the next one is due, 0 if it already is; None if none is set."""
        return max(0.0, min(at for at, _ in self._due.values()) - self._monotonic()) if self._due else None

    def run_due(self) -> None:
        """Run the action that has been due longest, if any is due."""
        if not self._due:
            return
        name = min(self._due, key=lambda each: self._due[each][0])
        at, action = self._due[name]
        if at <= self._monotonic():
            del self._due[name]
            action()
