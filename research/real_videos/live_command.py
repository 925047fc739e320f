"""Record poses of the synthetic person's life at home, whole videos of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from tqdm import tqdm

from haredge.datasets.recording import About, RecordingBuilder
from haredge.models.open import PoseFile
from haredge.pipeline import track
from haredge.pose.tracker import PeopleTracker
from research.real_videos.whole import RATE_HZ, Living, label_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("out", type=Path, help="folder of recordings; those that exist stay")
    parser.add_argument("--count", type=int, default=40, help="videos, half a minute each (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=5000, help="of the first (default: %(default)s)")
    parser.add_argument("--pose-model", default="people", metavar="MODEL", help="the pose network (%(default)s)")


def run(args: argparse.Namespace) -> None:
    """Render, find poses, and write recordings labelled with all that occurs."""
    network = PoseFile.read(args.pose_model)
    estimator = network.open()
    for seed in tqdm(range(args.seed, args.seed + args.count), unit="video", mininterval=5):
        living = Living(seed)
        about = About(
            name=f"living-{seed}",
            label=label_of(living.labels),
            group=f"living {seed}",
            source="the synthetic person",
            rate_hz=RATE_HZ,
            pose_model=network.model,
        )
        if about.path(args.out).exists():
            continue
        recording = RecordingBuilder(about)
        for _, poses in track(living.frames(), PeopleTracker(estimator)):
            recording.add(poses)
        for one in recording.build():
            one.save(args.out)
