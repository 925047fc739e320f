"""From a source's clock to the time of day, at the one edge where people read it.

Inside haredge time is the source's own ``t``. What leaves it (``since``, an event's ``time``) is UTC. A
:data:`WallClock` converts when a message is made, not when the frame was taken: after NTP has set the clock, an
activity that began before the jump is reported in the corrected time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Final

WallClock = Callable[[float], float]
"""Turns a source's ``t`` into seconds since 1970-01-01 UTC."""

CLOCK_SET_S: Final = 1.0
"""Seconds by which the time of day must jump against the source's clock to have been set; less is jitter."""


def live_clock(now: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> WallClock:
    """Return the clock of a camera or stream, whose ``t`` is :func:`time.monotonic`."""
    return lambda t: now() - (monotonic() - t)


def recorded_clock(started_s: float | None = None) -> WallClock:
    """Return the clock of a file, whose ``t`` counts from its first frame.

    A file does not say when it was recorded, so it is dated as if its first frame had been taken when haredge began
    to read it (``started_s``, seconds since 1970; by default now). Durations are those of the file, regardless of
    reading speed.
    """
    origin = time.time() if started_s is None else started_s
    return lambda t: origin + t


def iso_utc(epoch_s: float) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC with milliseconds: ``2026-11-20T12:03:11.250Z``."""
    return datetime.fromtimestamp(epoch_s, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_date(epoch_s: float) -> str:
    """Return the local date of seconds since 1970: ``2026-11-20``, by the time zone that the system has now."""
    if hasattr(time, "tzset"):  # Windows has none
        time.tzset()  # the C library reads the zone once else, and a device that is moved runs for months
    return time.strftime("%Y-%m-%d", time.localtime(epoch_s))


def clock_time(seconds: float) -> str:
    """Return seconds as ``0:42`` or ``1:02:03``."""
    minutes, whole = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{whole:02}" if hours else f"{minutes}:{whole:02}"
