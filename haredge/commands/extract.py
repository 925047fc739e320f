"""``haredge extract``: videos in, recordings of poses out, to train your own activity model."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from haredge import api as learning
from haredge.commands.arguments import (
    add_config,
    add_out,
    add_person,
    add_pose_model,
    given_path,
    load_config,
    rate,
    whole,
)
from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.interval import Interval
from haredge.core.progress import Estimate, bar
from haredge.terminal import LiveLine, say, say_json

if TYPE_CHECKING:
    from haredge.extraction.batch import BatchProgress, Tally
    from haredge.extraction.listing import Cut

OUT: Final = Path("recordings")
"""Where recordings go, as those of ``haredge record`` do."""

_TOLD_S: Final = 10.0
"""Seconds between two lines of progress if there is no terminal."""

_REDRAW_S: Final = 0.1

_LISTED: Final = 20
"""Skipped clips that are listed at the end; the table has all of them."""

_EPILOG: Final = (
    "VIDEOS is a folder with a folder of videos for each label, or a CSV of file,start,end,label and, where known, "
    "subject: times in seconds or h:mm:ss, an empty end for the video's. Exit status: 0 where there are recordings, "
    "of this run or an earlier one; 1 where nothing could be recorded."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge extract``."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "videos",
        type=given_path,
        metavar="VIDEOS",
        help="folder with a folder of videos for each label, or a .csv file",
    )
    add_out(parser, OUT, "folder for recordings; those that exist stay")
    add_config(parser)
    add_pose_model(parser)
    add_person(parser)
    parser.add_argument("--rate-hz", type=rate, metavar="HZ", help="poses per second at most (default: the daemon's)")
    parser.add_argument(
        "-j",
        "--jobs",
        type=whole(1),
        metavar="N",
        help="number of videos at once, each in a process (default: all cores)",
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="Dask cluster to run on, such as tcp://host:8786")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")


def run(args: argparse.Namespace) -> int:
    """Record the poses in the videos; what cannot be used is skipped and listed.

    Raises the errors of the configuration and the pose model, :class:`DataError` for a table that cannot be used and
    where nothing at all could be recorded, and :class:`haredge.core.errors.ClusterError`.
    """
    config = load_config(args)
    rate_hz = config.camera.rate_hz if args.rate_hz is None else args.rate_hz
    display = _Display(sys.stderr if args.json else sys.stdout)
    try:
        tally = learning.extract(
            args.videos,
            args.out,
            pose_model=config.pose.model,
            rate_hz=rate_hz,
            person=args.person,
            jobs=args.jobs,
            scheduler=args.scheduler,
            report=display.tell,
            progress=display.show,
        )
    finally:
        display.clear()
    return _finish(args, tally)


class _Display:
    """Shows how far it is: on a terminal's last line, elsewhere a line now and then."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._line = stream, LiveLine()
        self._looking = True
        self._begin()

    def _begin(self) -> None:
        self._estimate: Estimate | None = None
        self._due = Interval(_REDRAW_S if self._line.live else _TOLD_S)

    def tell(self, text: str) -> None:
        """Leave a finished line."""
        self._line.above(text, self._stream)

    def clear(self) -> None:
        """Take the last line away."""
        self._line.clear()

    def show(self, now: BatchProgress) -> None:
        """Show a step; the time left is judged by all of them."""
        if self._looking != now.looking:
            self._looking = now.looking
            self._begin()
        self._estimate = self._estimate or Estimate(now.videos)
        step = self._estimate.at(now.done)
        if not self._due.due(self._estimate.taken_s):
            return
        skipped = f"  {now.skipped} skipped" if now.skipped else ""
        if now.looking:
            self._line.show(f"looking for earlier recordings  {bar(step)}")
        elif self._line.live:
            self._line.show(f"{now.done} of {now.videos} videos  {bar(step)}{skipped}")
        elif now.done:
            self._line.above(f"{now.done} of {now.videos} videos  {bar(step)}{skipped}", sys.stderr)


def _finish(args: argparse.Namespace, tally: Tally) -> int:
    from haredge.extraction.batch import SKIPPED  # noqa: PLC0415  (OpenCV)

    if args.json:
        say_json(_as_json(tally))
    else:
        say(*_lines(tally, args.out))
    if not tally.recorded:
        raise DataError(f"{args.videos}: nothing could be recorded; {args.out / SKIPPED} has the reasons")
    return 0


def _lines(tally: Tally, out: Path) -> Iterator[str]:
    from haredge.extraction.batch import SKIPPED  # noqa: PLC0415  (OpenCV)

    for label, asked in sorted(tally.asked.items()):
        have, clips = tally.there[label] + tally.made[label], tally.clips[label]
        of = "" if clips == asked else f" of {asked}" if have == clips else f" of {clips} of {asked} clips"
        yield f"  {label:20} {have:6} recording{'s' * (have != 1)}{of}"
    yield from (f"  {each.source}: {each.damage}" for each in tally.damaged)
    if tally.skipped:
        yield f"{len(tally.skipped)} skipped; {out / SKIPPED} has the list:"
        yield from (f"  {each.source}{_where(each.cut)}: {each.reason}" for each in tally.skipped[:_LISTED])
    if (more := len(tally.skipped) - _LISTED) > 0:
        yield f"  and {more} more"
    if tally.others:
        yield (
            f"{counted(len(tally.others), 'more recording')} of a video or label that was not given, as "
            f"{tally.others[0]}: training learns from {'it' if len(tally.others) == 1 else 'them'}, too; remove what "
            "is out of date"
        )
    if tally.recorded:
        recordings = counted(tally.recorded, "recording")
        yield f"{recordings} in {out}: `haredge train {out} --out models/mine` learns from them"


def _where(cut: Cut) -> str:
    from haredge.extraction.batch import stretch  # noqa: PLC0415  (OpenCV)

    start, end = stretch(cut)
    return f" ({start or 0} to {end or 'the end'})" if start or end else ""


def _as_json(tally: Tally) -> dict[str, object]:
    return {
        "recorded": dict(tally.made),
        "there_before": dict(tally.there),
        "skipped": [
            {"file": each.source, "label": each.cut.label, "name": each.cut.name, "reason": each.reason}
            for each in tally.skipped
        ],
        "others": [str(path) for path in tally.others],
        "damaged": [{"file": each.source, "damage": each.damage} for each in tally.damaged],
    }
