"""Run the daemon's own loop over labelled videos."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from haredge.compose import open_networks
from haredge.config.schema import Config, PoseSection
from haredge.core.sensitivity import SENSITIVITIES
from research.falls.fit import RATE_HZ
from research.falls.measure import measure
from research.falls.videos import GROUPS, videos


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("data", type=Path, help="folder of the data sets, with labelled_videos")
    parser.add_argument("groups", nargs="+", choices=GROUPS, help="groups of videos")
    parser.add_argument("--pose", default=PoseSection().model, help="pose model (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=RATE_HZ, help="poses per second (default: %(default)s)")
    parser.add_argument("--sensitivity", default="normal", choices=SENSITIVITIES, help="default: %(default)s")


def run(args: argparse.Namespace) -> None:
    """Print the figures of each group as soon as it is done."""
    settings = {
        "pose": {"model": args.pose},
        "camera": {"rate_hz": args.rate},
        "fall": {"sensitivity": args.sensitivity},
    }
    config = Config.model_validate(settings)
    networks = open_networks(config)
    for group in args.groups:
        sys.stdout.write(measure(networks, config, videos(args.data, group)).report(group))
        sys.stdout.flush()
