"""Frame sources, one outside thing a module, and :func:`open_source` which tells them apart by their URI."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Protocol

from haredge.core.errors import SourceError
from haredge.core.seams import FrameSource
from haredge.sources.address import redacted

FORMS: Final = (
    "a camera (0, /dev/video0, csi), a video file, a folder or glob of pictures, "
    "rtsp://..., http://..., gst:PIPELINE or test:"
)
"""What a source's URI may be, for messages."""


class Source(FrameSource, Protocol):
    """A frame source that knows whether its frames wait to be read."""

    @property
    def live(self) -> bool:
        """Whether frames come whether or not anybody reads them: a camera or a stream.

        A live source belongs inside :class:`haredge.sources.latest.Latest`, where the newest frame wins; the others
        give every frame, in order, as fast as they are read.
        """


def open_source(uri: str, *, size: tuple[int, int] = (480, 640), rate_hz: float | None = None) -> Source:
    """Make the source that a URI names; nothing is opened before it is iterated over.

    ``size`` is the (height, width) in pixels that a camera is asked for; what it gives may differ. ``rate_hz`` is the
    frames a second that a camera is asked for, and those that a folder's pictures make (30 where not given); a video
    file keeps its own times.

    Raises :class:`SourceError` where the URI is of no known form, or names a file that does not exist.
    """
    # Each source is imported where it is asked for: a camera's library is not there on every machine.
    if uri == "csi" or uri.isdecimal() or uri.startswith("/dev/"):
        return _open_camera(uri, size, rate_hz)
    if re.match(r"(rtsps?|https?)://", uri):
        from haredge.sources.stream import Stream  # noqa: PLC0415

        return Stream(uri)
    if uri.startswith("gst:"):
        from haredge.sources.gst import GstPipeline  # noqa: PLC0415

        return GstPipeline(uri.removeprefix("gst:"))
    if uri.startswith("test:"):
        from haredge.sources.synthetic import FigureSource  # noqa: PLC0415

        return FigureSource.from_uri(uri)
    return _open_path(uri, rate_hz)


def _open_camera(uri: str, size: tuple[int, int], rate_hz: float | None) -> Source:
    if uri == "csi":
        from haredge.sources.csi import CsiCamera  # noqa: PLC0415

        return CsiCamera(size=size, rate_hz=rate_hz)
    from haredge.sources.camera import Camera  # noqa: PLC0415

    return Camera(f"/dev/video{uri}" if uri.isdecimal() else uri, size=size, rate_hz=rate_hz)


def _open_path(uri: str, rate_hz: float | None) -> Source:
    from haredge.sources.pictures import SUFFIXES, Pictures  # noqa: PLC0415
    from haredge.sources.video import VideoFile  # noqa: PLC0415

    try:
        path = Path(uri or "no name").expanduser()
        exists = path.exists()
    except (OSError, RuntimeError) as error:  # a folder that may not be entered; the home of nobody
        raise SourceError(f"source {redacted(uri)}: {getattr(error, 'strerror', None) or error}") from None
    if path.is_dir() or path.suffix.lower() in SUFFIXES or (any(c in uri for c in "*?[") and not exists):
        return Pictures(path, rate_hz=rate_hz)
    if not exists:
        unknown = re.match(r"[a-z][a-z0-9+.-]+:", uri)
        raise SourceError(f"source {redacted(uri)}: {'unknown form' if unknown else 'no such file'}; it may be {FORMS}")
    return VideoFile(path)
