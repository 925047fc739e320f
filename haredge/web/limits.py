"""What the page to try clips accepts from strangers. Free of the pages' libraries: `haredge web --help` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from haredge.sources.video_limits import VideoLimits

PART_S: Final = 20.0
"""Longest time until the next part of a body comes."""


_VIDEO: Final = VideoLimits(longest_s=600.0, largest_px=4096, gigapixels=60)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is accepted from strangers."""

    most_mb: int = 100
    video: VideoLimits = _VIDEO
    waiting: int = 4
    """Clips that may wait for the one that is worked on."""
    work_s: float = 1800.0
    """Longest time spent on a clip."""
    part_s: float = PART_S
    """Longest time until the next part of an upload comes."""
    each: int = 3
    """Clips of one address, results included; only one of them may be under way."""

    @property
    def most_bytes(self) -> int:
        """Largest upload."""
        return self.most_mb * 1_000_000
