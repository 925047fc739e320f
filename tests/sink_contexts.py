"""What a sink is given when a test opens it: a daemon's, with nothing kept and nothing asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from haredge.config.schema import Config
from haredge.core.clock import live_clock
from haredge.manifest import ActivityManifest
from haredge.service.fall_record import FallRecord
from haredge.service.health import HealthFigures
from haredge.service.remote_settings import RemoteSettings
from haredge.service.sink_context import SinkContext
from haredge.service.switch import DetectionSwitch

MODEL = Path(__file__).parents[1] / "models" / "everyday"


def sink_context(**changed: Any) -> SinkContext:
    """Return a context of the default configuration and a live source, with some values changed."""
    values: dict[str, Any] = {
        "config": Config(),
        "manifest": ActivityManifest.load(MODEL),
        "live": True,
        "wall_clock": live_clock(),
        "health": HealthFigures(),
        "switch": DetectionSwitch(None),
        "fall_record": FallRecord(None),
        "settings": RemoteSettings(None),
    }
    return SinkContext(**values | changed)
