"""The arguments that choose a configuration and override parts of it, the same for every program that runs the loop."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from haredge.config import schema as configuration
from haredge.config.schema import Config
from haredge.core.errors import ConfigError


def add_overrides(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that choose a configuration and override parts of it."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="the configuration (see config.yaml)")
    parser.add_argument("--source", metavar="URI", help="where frames come from: 0, csi, a file, rtsp://, gst:, test:")
    parser.add_argument("--pose-model", metavar="MODEL", help="a pose network: an installed name or a .tflite file")
    parser.add_argument("--model", metavar="MODEL", help="an activity model: an installed name or a folder")


@contextmanager
def placed(path: Path | None) -> Iterator[None]:
    """Add file and line to what turns out to be wrong with a configuration only when it is used."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{configuration.place(path, error.key)}{error}") from error


def configured(args: argparse.Namespace) -> Config:
    """Load the configuration that the arguments ask for, with their overrides."""
    config = configuration.load(args.config or configuration.find())
    changes: dict[str, object] = {}
    if args.source is not None:
        changes["source"] = args.source
    if args.pose_model is not None:
        changes["pose"] = config.pose.model_copy(update={"model": args.pose_model})
    if args.model is not None:
        changes["activity"] = config.activity.model_copy(update={"model": args.model})
    return config.model_copy(update=changes)
