"""``haredge practice``: videos of a drawn person, to learn how one trains an activity model without filming anybody."""

from __future__ import annotations

import argparse
from pathlib import Path

from haredge.commands.quantities import whole
from haredge.core.progress import Estimate, bar
from haredge.terminal import LiveLine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge practice``."""
    parser.epilog = "A model trained on drawn people is for practice: it knows no real ones."
    parser.add_argument("out", type=Path, metavar="OUT", help="a folder: it gets a folder of videos for each label")
    parser.add_argument("--each", type=whole(1, 100), default=8, metavar="N", help="videos of each label (8)")


def run(args: argparse.Namespace) -> int:
    """Draw the videos. Raises :class:`haredge.core.errors.SourceError` where one cannot be written."""
    # OpenCV is imported when something is drawn, not when the command line is parsed.
    from haredge.commands import practice_video as practice  # noqa: PLC0415

    line, videos = LiveLine(), practice.planned(args.each)
    estimate = Estimate(len(videos))
    try:
        for done, path in enumerate(practice.draw(args.out, args.each), 1):
            line.show(f"{path}  {bar(estimate.at(done))}")
    finally:
        line.clear()
    print(f"{len(videos)} videos in {args.out}: `haredge extract {args.out} recordings` records the poses in them")
    return 0
