"""How much of a video is accepted: a file of a few bytes may be hours of work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from haredge.core.clock import clock_time
from haredge.core.errors import SourceError

if TYPE_CHECKING:
    from haredge.sources.video_info import VideoInfo


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """The largest video that is accepted."""

    longest_s: float = math.inf
    largest_px: int = 16_384
    """Side of its images."""
    gigapixels: int | None = None
    """Pixels of all its frames together; None for any number. Ten minutes of Full HD at 30 fps are 37."""

    def check(self, video: VideoInfo) -> None:
        """Raise :class:`SourceError` if a video says of itself that it is larger."""
        if max(video.size) > self.largest_px:
            raise SourceError(
                f"{video.path}: its image of {video.size[1]} x {video.size[0]} is too large: "
                f"at most {self.largest_px} pixels a side"
            )
        length_s = video.length_s or 0.0
        if length_s > self.longest_s:
            raise self._too_long(video, clock_time(length_s))
        self._check_pixels(video, length_s * video.rate_hz)

    def check_read(self, video: VideoInfo, frames: int, done_s: float) -> None:
        """Raise :class:`SourceError` if what has been read of a video is more than it may have: it may have lied."""
        self._check_pixels(video, frames)
        if done_s > self.longest_s:
            raise self._too_long(video, f"more than {clock_time(self.longest_s)}")

    def _too_long(self, video: VideoInfo, length: str) -> SourceError:
        return SourceError(f"{video.path}: it is too long ({length}): at most {clock_time(self.longest_s)}")

    def _check_pixels(self, video: VideoInfo, frames: float) -> None:
        gigapixels = math.prod(video.size) * frames / 1e9
        if self.gigapixels is not None and gigapixels > self.gigapixels:
            raise SourceError(
                f"{video.path}: it has too many pixels ({video.size[1]} x {video.size[0]}, {frames:.0f} frames: "
                f"{gigapixels:.0f} gigapixels): at most {self.gigapixels} gigapixels"
            )
