"""What a source's URI may be, and which source it names: a table with a row for each kind.

Free of numpy and OpenCV: a source's module, and with it a camera's library, is imported when a source of it is made.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge.core.address import plain_address, redacted, stream_address
from haredge.core.errors import ConfigError, SourceError
from haredge.core.kinds import IMAGE_SUFFIXES

if TYPE_CHECKING:
    from haredge.sources.source import Source


@dataclass(frozen=True, slots=True)
class _Request:
    """What a camera is asked for; what it gives may differ."""

    size: tuple[int, int]
    """(height, width) in pixels."""
    rate_hz: float | None
    """Frames per second; None for the camera's own rate."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of source: what its URIs look like, and how a source of it is made."""

    form: str
    """What a URI of it may be, for messages."""
    matches: Callable[[str], bool]
    make: Callable[[str, _Request], Source]
    check: Callable[[str], object] | None = None
    """Raises what a URI of it has wrong before a source of it is opened; None if there is nothing to check."""


def check_source(uri: str) -> None:
    """Raise what :func:`open_source` would raise; only of a synthetic source is the module imported."""
    kind = _kind(uri)
    if kind.check:
        kind.check(uri)


def open_source(uri: str, *, size: tuple[int, int] = (480, 640), rate_hz: float | None = None) -> Source:
    """Make the source that a URI names; nothing is opened before it is iterated over.

    ``size``, (height, width) in pixels, and ``rate_hz``, frames per second, are what a camera is asked for; what it
    gives may differ. Files keep their own size and times.

    Raises :class:`SourceError` if the URI is of no known form, or names a file that does not exist, and
    :class:`ConfigError` for the address of a stream that can never be connected to.
    """
    check_source(uri)
    return _kind(uri).make(uri, _Request(size, rate_hz))


def _kind(uri: str) -> _Kind:
    """Find the row of a URI: a path that exists is a file, whatever its name."""
    if not _names_a_device(uri) and _exists(uri):
        return _FILE
    if kind := next((kind for kind in _KINDS if kind.matches(uri)), None):
        return kind
    unknown = re.match(r"[a-z][a-z0-9+.-]+:", uri)
    raise SourceError(f"source {redacted(uri)!r}: {'unknown form' if unknown else 'no such file'}; it may be {FORMS}")


def _names_a_device(uri: str) -> bool:
    return uri == "csi" or uri.isdecimal() or (uri.startswith("/dev/") and not os.path.isfile(uri))  # noqa: PTH113


def _path(uri: str) -> Path:
    return Path(uri or "no name").expanduser()


def _exists(uri: str) -> bool:
    try:
        return _path(uri).exists()
    except (OSError, RuntimeError) as error:  # a folder that may not be entered; the home of an unknown user
        raise SourceError(f"source {redacted(uri)!r}: {getattr(error, 'strerror', None) or error}") from None


def _has_scheme(uri: str, scheme: str) -> bool:
    """Return whether an address has a scheme, in letters of either case."""
    return re.match(f"{scheme}://", uri, re.IGNORECASE) is not None


def _is_pattern(uri: str) -> bool:
    return any(character in uri for character in "*?[") and "://" not in uri


def _usb(uri: str, request: _Request) -> Source:
    from haredge.sources.camera import UsbCamera  # noqa: PLC0415

    return UsbCamera(f"/dev/video{uri}" if uri.isdecimal() else uri, size=request.size, rate_hz=request.rate_hz)


def _csi(_uri: str, request: _Request) -> Source:
    from haredge.sources.csi import CsiCamera  # noqa: PLC0415

    return CsiCamera(size=request.size, rate_hz=request.rate_hz)


def _stream(uri: str, _request: _Request) -> Source:
    from haredge.sources.stream import NetworkStream  # noqa: PLC0415

    return NetworkStream(plain_address(uri))


def _http(uri: str, request: _Request) -> Source:
    from haredge.sources.http_camera import HttpCamera  # noqa: PLC0415

    return HttpCamera(plain_address(uri), rate_hz=request.rate_hz)


def _check_stream(uri: str) -> None:
    try:
        stream_address(uri)
    except ValueError as error:
        raise ConfigError(f"source {redacted(uri)!r}: {error}") from None


def _gst(uri: str, _request: _Request) -> Source:
    from haredge.sources.gst import GstPipeline  # noqa: PLC0415

    return GstPipeline(uri.removeprefix("gst:"))


def _synthetic(uri: str, _request: _Request) -> Source:
    from haredge.sources.synthetic import SyntheticSource  # noqa: PLC0415

    return SyntheticSource.from_uri(uri)


def _check_synthetic(uri: str) -> None:
    _synthetic(uri, _Request((480, 640), None))


def _file(uri: str, _request: _Request) -> Source:
    path = _path(uri)
    if path.is_dir() or path.suffix.lower() in IMAGE_SUFFIXES or not path.exists():
        from haredge.sources.image_folder import ImageFolder  # noqa: PLC0415

        return ImageFolder(path)
    from haredge.sources.video import VideoFile  # noqa: PLC0415

    return VideoFile(path)


_FILE: Final = _Kind("a video file, a folder or glob of images", _is_pattern, _file)

_KINDS: Final = (
    _Kind("a camera (0, /dev/video0, csi)", lambda uri: uri == "csi", _csi),
    _Kind("", _names_a_device, _usb),
    _Kind("rtsp://...", lambda uri: _has_scheme(uri, "rtsps?"), _stream, _check_stream),
    _Kind("http://...", lambda uri: _has_scheme(uri, "https?"), _http, _check_stream),
    _Kind("gst:PIPELINE", lambda uri: uri.startswith("gst:"), _gst),
    _Kind("test:", lambda uri: uri.startswith("test:"), _synthetic, _check_synthetic),
    _FILE,
)

FORMS: Final = " or ".join(", ".join(kind.form for kind in _KINDS if kind.form).rsplit(", ", 1))
"""What a source's URI may be, for messages."""
