"""Show the eight videos smaller, each in front of an empty room."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from haredge.datasets.image_set import ImageSet
from haredge.datasets.pose_image_splits import split_rooms
from research.real_videos.distant import show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("data", type=Path, help="folder with videos and rooms")
    parser.add_argument("out", type=Path, help="folder for the videos, outside the checkout")
    parser.add_argument("--share", type=float, default=0.5, help="their width by that of the image (default: 0.5)")


def run(args: argparse.Namespace) -> None:
    """Write an AVI for each video; every one has another of the rooms that networks are trained on."""
    args.out.mkdir(parents=True, exist_ok=True)
    rooms = ImageSet(args.data / "rooms" / "rooms.zip")
    names = sorted(split_rooms(rooms.names()).train)
    videos = sorted(path for path in (args.data / "videos").iterdir() if path.suffix in {".avi", ".mp4"})
    for video, name in zip(videos, names[:: len(names) // len(videos)], strict=False):
        show(video, rooms.image(name), args.share, args.out / f"{video.stem}.avi")
        sys.stdout.write(f"{video.stem}.avi: {video.name} in {name}\n")
