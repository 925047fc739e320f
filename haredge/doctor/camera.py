"""The check of the camera: it opens, frames arrive, and how many a second."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import closing

from haredge.config.schema import LOWEST_USABLE_HZ, Config
from haredge.core.address import redacted
from haredge.core.counted import counted
from haredge.core.types import Frame
from haredge.doctor import FAIL, OK, WARN, Check
from haredge.doctor.machine import Command, output_of
from haredge.sources.buffered import LatestFrame
from haredge.sources.http_camera import HttpCamera
from haredge.sources.source import Source
from haredge.sources.uri import open_source

WATCHED_S = 2.0
"""Seconds of frames that are read."""

_SERVICE = ["systemctl", "show", "haredge.service", "--property=ActiveState,StatusText"]


def camera(config: Config, command: Command = output_of) -> Check:
    """Open the configured source and watch it for two seconds, unless the service has it open."""
    if _is_a_device(config.source) and (status := _running(command)) is not None:
        return Check("camera", OK, f"{redacted(config.source)}: in use by the running service ({status})")
    size = (config.camera.height, config.camera.width)
    return watch(open_source(config.source, size=size, rate_hz=config.camera.rate_hz), config)


def _is_a_device(source: str) -> bool:
    return source == "csi" or source.isdecimal() or source.startswith(("/dev/", "gst:"))


def _running(command: Command) -> str | None:
    """Return what the service says of itself where it runs: ready means that frames have come."""
    # In whatever order systemd likes.
    told = dict(line.split("=", 1) for line in command(_SERVICE).splitlines() if "=" in line)
    return (told.get("StatusText") or "no status") if told.get("ActiveState") == "active" else None


def watch(source: Source, config: Config) -> Check:
    """Read two seconds of a source's frames; raises SourceError if there are none."""
    frames = LatestFrame(source, stale_s=config.camera.stale_s) if source.live else source
    with closing(_first_seconds(frames)) as watched:
        seen = list(watched)
    name = redacted(config.source)
    if len(seen) < 2:
        return Check(
            "camera", FAIL, f"{name}: it gave {counted(len(seen), 'frame')}", "name another with source in config.yaml"
        )
    height, width = seen[-1].image.shape[:2]
    rate_hz = (seen[-1].index - seen[0].index) / (seen[-1].t - seen[0].t)
    words = f"{name}: {width}x{height}, {rate_hz:.1f} fps"
    if isinstance(source, HttpCamera) and source.gives:
        words += f", {source.gives}"
    if rate_hz < LOWEST_USABLE_HZ:
        words += f": too slow (below {LOWEST_USABLE_HZ:g} fps no window of poses fills, and activities stay unknown)"
        return Check("camera", WARN, words, "set the camera to a higher rate; more light; a better connection")
    if rate_hz > config.camera.rate_hz / 2:
        return Check("camera", OK, words)
    words, remedy = (
        f"{words} (wanted: {config.camera.rate_hz:g})",
        "in dim light a camera gives half its rate: more light",
    )
    return Check("camera", WARN, words, remedy)


def _first_seconds(frames: Iterable[Frame]) -> Generator[Frame, None, None]:
    first = None
    for frame in frames:
        first = first or frame
        yield frame
        if frame.t - first.t >= WATCHED_S:
            return
