"""What a sink of the daemon is given when it is opened."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from haredge.config.schema import Config
from haredge.core.clock import WallClock
from haredge.manifest import ActivityManifest
from haredge.service.fall_record import FallRecord
from haredge.service.health import HealthFigures
from haredge.service.remote_settings import RemoteSettings
from haredge.service.switch import DetectionSwitch


@dataclass(frozen=True, slots=True)
class Output:
    """Which output was asked for on the command line."""

    dry_run: bool = False
    """Publish nothing: show it on standard output."""
    json_lines: bool = False
    """In a dry run, JSON lines even on a terminal."""
    show_page: Callable[[str], None] | None = None
    """Shows a camera's live page, whose address it is given, to the person who tries haredge out; None shows none."""

    @property
    def status_line(self) -> bool:
        """Whether it goes to a person at a terminal."""
        return self.dry_run and not self.json_lines and sys.stdout.isatty()


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkContext:
    """What sinks need to know beside the observations."""

    config: Config
    manifest: ActivityManifest
    """Of the activity model."""
    live: bool
    """Whether frames come from a camera or stream."""
    wall_clock: WallClock
    """The time of day of a source's time."""
    health: HealthFigures
    switch: DetectionSwitch
    fall_record: FallRecord
    settings: RemoteSettings
    output: Output = Output()
    stopping: Callable[[], bool] = lambda: False
    """Whether the daemon is to end: a sink that waits for something while it opens asks this."""
    reloaded: Callable[[], Config] | None = None
    """Returns the configuration as it is after reloads; None if it is never read again."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that may be reported: those of the background are reported as unknown."""
        return self.manifest.activities
