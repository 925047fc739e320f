"""How far a measured share may be off, by how little it was measured on."""

from __future__ import annotations

import math
from typing import Final

from haredge.core.counted import counted

Z: Final = 1.96
"""Standard deviations that hold 95 % of a normal distribution."""


def likely_range(share: float, count: int) -> tuple[float, float]:
    """Return the range in which the true share lies, with 95 % certainty, if ``share`` of ``count`` are correct.

    Wilson's interval (Journal of the American Statistical Association 22, 1927), which holds for few as well.
    """
    squared = Z**2 / count
    middle = share + squared / 2
    half = Z * math.sqrt((share * (1 - share) + squared / 4) / count)
    return max(0.0, (middle - half) / (1 + squared)), min(1.0, (middle + half) / (1 + squared))


def with_range(share: float, count: int, noun: str = "clip") -> str:
    """Format a share that is correct with its likely range: ``80.0% of 25 clips right (likely 61% to 91%)``."""
    low, high = likely_range(share, count)
    return f"{share:.1%} of {counted(count, noun)} right (likely {low:.0%} to {high:.0%})"
