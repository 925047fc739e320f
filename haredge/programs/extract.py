"""``haredge extract``: videos in, recordings of poses out, to train an activity model of one's own."""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import signal
import sys
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge.errors import DataError
from haredge.extraction.listing import Cut, Video, list_videos
from haredge.interval import Interval
from haredge.programs.live_line import LiveLine
from haredge.programs.overrides import configured
from haredge.progress import Estimate, bar
from haredge.recording import About, Recording, usable_rate

if TYPE_CHECKING:
    from haredge.extraction.cutting import Job, Outcome, Skipped

SKIPPED: Final = "skipped.csv"
"""The table of what was skipped, in the folder of recordings."""

_TOLD_S: Final = 10.0
"""How often progress is told where there is no terminal."""

_REDRAW_S: Final = 0.1

_LISTED: Final = 20
"""Skipped clips that are told at the end; the table has all of them."""

_EPILOG: Final = (
    "VIDEOS is a folder with a folder of videos for each label, or a CSV of file,start,end,label and, where known, "
    "subject: times in seconds or h:mm:ss, an empty end for the video's. Exit status: 0 where there are recordings, "
    "of this run or an earlier one; 1 where nothing could be recorded."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge extract``."""
    parser.set_defaults(source=None, model=None)
    parser.epilog = _EPILOG
    parser.add_argument("videos", type=Path, metavar="VIDEOS", help="a folder of labels' folders, or a .csv")
    parser.add_argument("out", type=Path, metavar="OUT", help="the recordings' folder; what is there stays")
    parser.add_argument("--config", type=Path, metavar="FILE", help="the configuration (see config.yaml)")
    parser.add_argument("--pose-model", metavar="MODEL", help="a pose network: an installed name or a .tflite file")
    parser.add_argument("--rate-hz", type=float, metavar="HZ", help="poses a second at most (the daemon's)")
    parser.add_argument("-j", "--jobs", type=_jobs, metavar="N", help="videos at once, each in a process (all cores)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="let a Dask cluster do it, such as tcp://host:8786")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")


def _jobs(text: str) -> int:
    if (jobs := int(text)) < 1:
        raise ValueError
    return jobs


@dataclass
class Tally:
    """What has become of the clips that were asked for."""

    asked: Counter[str] = field(default_factory=Counter)
    """Clips by label, and so are the next two."""
    there: Counter[str] = field(default_factory=Counter)
    """Recorded by an earlier run."""
    made: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def recorded(self) -> int:
        """Count the clips of which there are recordings."""
        return self.there.total() + self.made.total()


def run(args: argparse.Namespace) -> int:
    """Record the poses in the videos; what cannot be used is skipped and told.

    Raises the errors of the configuration and the pose model, :class:`DataError` for a table that cannot be used and
    where nothing at all could be recorded, and :class:`haredge.errors.ClusterError`.
    """
    job, videos, tally = _job(args), list_videos(args.videos), Tally()
    _prepare(args.out)
    # An unfinished run is told of, whoever ends it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    todo = _still_to_do(videos, job, args.out, tally)
    _say(args, _heading(tally, len(todo), job))
    try:
        with closing(_outcomes(todo, job, args)) as outcomes:
            _keep(outcomes, len(todo), args.out, tally)
    except BaseException:
        if tally.recorded:
            _say(args, f"stopped with {tally.recorded} of {tally.asked.total()} clips recorded; run it again to go on")
        raise
    finally:
        tally.skipped.sort(key=lambda each: (each.source, each.cut.start_s))
        _write_skipped(args.out / SKIPPED, tally.skipped)
    return _finish(args, tally)


def _job(args: argparse.Namespace) -> Job:
    # OpenCV and TFLite are imported when videos are read, not when the command line is parsed.
    from haredge.extraction.cutting import Job  # noqa: PLC0415
    from haredge.models import PoseFile  # noqa: PLC0415

    config = configured(args)
    rate_hz = config.camera.rate_hz if args.rate_hz is None else args.rate_hz
    return Job(PoseFile.read(config.pose.model), usable_rate(rate_hz))


def _prepare(out: Path) -> None:
    """Make the folder before hours are spent on what could not be saved."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"cannot write recordings into {out}: {error.strerror}") from error


def _still_to_do(videos: Sequence[Video], job: Job, out: Path, tally: Tally) -> list[Video]:
    """Leave out the clips of which there are recordings that were made in the same way."""
    line, due, todo = LiveLine(), Interval(_REDRAW_S), []
    estimate = Estimate(len(videos))
    for index, video in enumerate(videos):
        there = {cut for cut in video.cuts if _is_there(job.about(video, cut), out)}
        tally.asked.update(cut.label for cut in video.cuts)
        tally.there.update(cut.label for cut in there)
        if missing := tuple(cut for cut in video.cuts if cut not in there):
            todo.append(replace(video, cuts=missing))
        if due.due(estimate.taken_s):
            line.show(f"looking for earlier recordings  {bar(estimate.at(index))}")
    line.clear()
    return todo


def _is_there(about: About, out: Path) -> bool:
    path = about.path(out)
    try:
        return path.exists() and Recording.load(path).about == about
    except DataError:
        return False  # damaged by a power failure, say: it is made again


def _heading(tally: Tally, videos: int, job: Job) -> str:
    clips, labels = tally.asked.total(), len(tally.asked)
    there = f", {tally.there.total()} recorded before" if tally.there else ""
    todo = f"; {videos} video{'s' * (videos != 1)} to read" if videos else ""
    return (
        f"{clips} clip{'s' * (clips != 1)} of {labels} label{'s' * (labels != 1)}{there}{todo} "
        f"(pose network {job.pose.model.name}, {job.rate_hz:g} Hz)"
    )


def _outcomes(todo: Sequence[Video], job: Job, args: argparse.Namespace) -> Generator[list[Outcome], None, None]:
    if args.scheduler:
        from haredge.extraction import cluster  # noqa: PLC0415

        return cluster.work_through(todo, job, args.scheduler, lambda line: _say(args, line))
    from haredge.extraction import processes  # noqa: PLC0415

    return processes.work_through(todo, job, args.jobs or len(os.sched_getaffinity(0)))


def _keep(outcomes: Iterable[list[Outcome]], videos: int, out: Path, tally: Tally) -> None:
    """Write recordings as they come, and show how far it is."""
    line, estimate = LiveLine(), Estimate(videos)
    due = Interval(_REDRAW_S if line.live else _TOLD_S)
    line.show(bar(estimate.at(0)))
    try:
        for done, finished in enumerate(outcomes, 1):
            for outcome in finished:
                _take(outcome, out, tally)
            # Taken at each video, as the time left is judged by them.
            step = estimate.at(done)
            if due.due(estimate.taken_s):
                _tell(line, f"{done} of {videos} videos  {bar(step)}", len(tally.skipped))
    finally:
        line.clear()


def _take(outcome: Outcome, out: Path, tally: Tally) -> None:
    if isinstance(outcome, Recording):
        outcome.save(out)
        tally.made[outcome.about.label] += 1
    else:
        tally.skipped.append(outcome)


def _tell(line: LiveLine, text: str, skipped: int) -> None:
    text += f"  {skipped} skipped" if skipped else ""
    if line.live:
        line.show(text)
    else:
        line.above(text, sys.stderr)


def _write_skipped(path: Path, skipped: Sequence[Skipped]) -> None:
    try:
        if not skipped:
            path.unlink(missing_ok=True)
            return
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(("file", "start", "end", "label", "reason"))
            table.writerows((each.source, *_stretch(each.cut), each.cut.label, each.reason) for each in skipped)
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror}") from error


def _stretch(cut: Cut) -> tuple[str, str]:
    return f"{cut.start_s:g}" if cut.start_s else "", f"{cut.end_s:g}" if math.isfinite(cut.end_s) else ""


def _finish(args: argparse.Namespace, tally: Tally) -> int:
    if args.json:
        print(json.dumps(_as_json(tally), ensure_ascii=False))
    else:
        print("\n".join(_lines(tally, args.out)))
    if not tally.recorded:
        raise DataError(f"{args.videos}: nothing could be recorded; {args.out / SKIPPED} tells why")
    return 0


def _lines(tally: Tally, out: Path) -> Iterator[str]:
    for label, asked in sorted(tally.asked.items()):
        have = tally.there[label] + tally.made[label]
        yield f"  {label:20} {have:6} recording{'s' * (have != 1)}" + (f" of {asked}" if have < asked else "")
    if tally.skipped:
        yield f"{len(tally.skipped)} skipped; {out / SKIPPED} has the list:"
        yield from (f"  {each.source}{_where(each.cut)}: {each.reason}" for each in tally.skipped[:_LISTED])
    if (more := len(tally.skipped) - _LISTED) > 0:
        yield f"  and {more} more"
    if tally.recorded:
        yield f"{tally.recorded} recordings in {out}: `haredge train {out} --out models/mine` learns from them"


def _where(cut: Cut) -> str:
    start, end = _stretch(cut)
    return f" ({start or 0} to {end or 'the end'})" if start or end else ""


def _as_json(tally: Tally) -> dict[str, object]:
    return {
        "recorded": dict(tally.made),
        "there_before": dict(tally.there),
        "skipped": [
            {"file": each.source, "label": each.cut.label, "name": each.cut.name, "reason": each.reason}
            for each in tally.skipped
        ],
    }


def _say(args: argparse.Namespace, text: str) -> None:
    print(text, file=sys.stderr if args.json else sys.stdout, flush=True)
