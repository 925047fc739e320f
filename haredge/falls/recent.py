"""What was noted of one person in the last seconds for which they were detected."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

SPAN_S: Final = 2.0
"""Seconds of a person's past that count: a fall takes one."""

STEP_S: Final = 0.2
"""Seconds for which a frame counts at most."""

BREAK_S: Final = 5.0
"""Seconds without the person for which the past waits: who is lost in the middle of a fall is found on the floor."""

Note = TypeVar("Note")


class Recent(Generic[Note]):
    """Notes of the last :data:`SPAN_S` seconds; time without the person does not count, up to :data:`BREAK_S`."""

    def __init__(self) -> None:
        self._notes: deque[tuple[float, Note]] = deque()
        self._clock_s = 0.0
        self._t = 0.0

    def forget(self, t: float) -> None:
        """Drop what is too old at ``t``, when the person is detected again."""
        away_s, self._t = t - self._t, t
        self._clock_s += min(max(0.0, away_s), STEP_S)
        if not 0 <= away_s <= BREAK_S:
            self._notes.clear()
        while self._notes and self._clock_s - self._notes[0][0] > SPAN_S:
            self._notes.popleft()

    def add(self, note: Note) -> None:
        """Take a note of this moment."""
        self._notes.append((self._clock_s, note))

    def __iter__(self) -> Iterator[Note]:
        """Yield the notes, the oldest first."""
        return (note for _, note in self._notes)

    def __reversed__(self) -> Iterator[Note]:
        """Yield the notes, the newest first."""
        return (note for _, note in reversed(self._notes))
