"""What every kind of source is."""

from __future__ import annotations

from typing import Protocol

from haredge.core.seams import FrameSource


class Source(FrameSource, Protocol):
    """A frame source that knows whether its frames wait to be read."""

    @property
    def live(self) -> bool:
        """Whether frames come whether or not they are read: a camera or a stream.

        A live source belongs inside :class:`haredge.sources.buffered.LatestFrame`, where the newest frame wins; the
        others give every frame, in order, as fast as they are read.
        """
