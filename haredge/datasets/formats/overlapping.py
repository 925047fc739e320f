"""Windows that were cut out of recordings one after the other, joined again if they overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

USUAL_STEP: Final = 6
"""Frames from one window of RNN-HAR-2D-Pose to the next, tried first."""


def joined(windows: Floats, labels: Sequence[object]) -> Iterator[tuple[int, Floats]]:
    """Join windows (m, frames, ...) of one label into recordings: index of the first window and all frames (n, ...).

    Each frame comes once. A window continues the one before if some of its first frames are that one's last.
    """
    first, parts = 0, [windows[0]]
    for index in range(1, len(windows)):
        step = _step(windows[index - 1], windows[index]) if labels[index] == labels[index - 1] else None
        if step is None:
            yield first, np.concatenate(parts)
            first, parts = index, [windows[index]]
        else:
            parts.append(windows[index][len(windows[index]) - step :])
    yield first, np.concatenate(parts)


def _step(before: Floats, after: Floats) -> int | None:
    """Return by how many frames a window is later than the one before, by what they have in common; None if nothing."""
    length = len(before)
    steps = (step for step in (USUAL_STEP, *range(length)) if step < length)
    return next((s for s in steps if before[s:].any() and np.array_equal(before[s:], after[: length - s])), None)
