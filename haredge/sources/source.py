"""What every kind of source is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, runtime_checkable

from haredge.core.seams import FrameSource
from haredge.core.types import Frame


class Source(FrameSource, Protocol):
    """A frame source that knows whether its frames wait to be read."""

    @property
    def live(self) -> bool:
        """Whether frames come whether or not they are read: a camera or a stream.

        A live source belongs inside :class:`haredge.sources.buffered.LatestFrame`, where the newest frame wins; the
        others give every frame, in order, as fast as they are read.
        """


@runtime_checkable
class SkippingSource(Protocol):
    """A source that skips a frame for much less than it takes to make one (to decode or to render it)."""

    def frames_where(self, accepts: Callable[[float], bool]) -> Iterator[Frame]:
        """Yield the frames for whose times ``accepts(t)`` is true; it is asked once for each, in order."""


def every_frame(_t: float) -> bool:
    """Accept them all."""
    return True
