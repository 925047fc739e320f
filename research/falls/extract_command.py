"""Write replays of labelled videos."""

from __future__ import annotations

import argparse
from pathlib import Path

from haredge.compose import open_networks
from haredge.config.schema import Config, PoseSection
from research.falls.extract import RATE_HZ, extract
from research.falls.harder import WAYS, harder
from research.falls.videos import GROUPS, videos


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("data", type=Path, help="folder of the data sets, with labelled_videos")
    parser.add_argument("replays", type=Path, help="folder of replays")
    parser.add_argument("groups", nargs="+", choices=GROUPS, help="groups of videos")
    parser.add_argument("--pose", default=PoseSection().model, help="pose model (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=RATE_HZ, help="poses per second (default: %(default)s)")
    parser.add_argument("--seen", choices=WAYS, help="show the videos in the dusk, or far away")
    parser.add_argument("--every", type=int, default=1, help="take every n-th video (default: %(default)s)")


def run(args: argparse.Namespace) -> None:
    """Write those that are missing."""
    settings = {"pose": {"model": args.pose, "max_people": 4}, "camera": {"rate_hz": args.rate}}
    config = Config.model_validate(settings)
    networks = open_networks(config)
    for group in args.groups:
        for video in videos(args.data, group)[:: args.every]:
            extract(networks, config, harder(video, args.seen) if args.seen else video, args.replays)
