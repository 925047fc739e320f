"""``haredge annotate``: videos in, videos with skeleton, activity, probabilities and time line out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge.activity.timeline import Span, as_csv, as_json
from haredge.commands.arguments import (
    add_config,
    add_model,
    add_pose_model,
    add_still_model,
    add_video_limits,
    given_path,
    load_config,
    video_limit_options,
    video_limits,
    whole,
)
from haredge.commands.results import IMAGE_RESULTS, VIDEO_RESULTS, Results, make_folder, refer, write
from haredge.config.schema import Config
from haredge.core.errors import ConfigError, HaredgeError
from haredge.core.interval import Interval
from haredge.core.kinds import IMAGE_SUFFIXES
from haredge.core.printable import printable
from haredge.core.progress import Estimate
from haredge.sources.video_limits import VideoLimits
from haredge.terminal import LONGEST_LINE, LiveLine, ProgressBar, complain, say, say_json
from haredge.video.words import as_words

if TYPE_CHECKING:
    from haredge.sources.video_info import VideoInfo

TABLE_SUFFIXES: Final = (".csv", ".json")

_JSON_S: Final = 0.25
"""Seconds between two reports of progress to a program."""


@dataclass(frozen=True, slots=True)
class Task:
    """One video and what is made of it."""

    video: Path
    out: Path
    activities: Path | None
    timeline: Path | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge annotate``."""
    parser.add_argument(
        "videos",
        nargs="+",
        type=given_path,
        metavar="IN",
        help="video files",
    )
    parser.add_argument(
        "-o",
        "--out",
        type=given_path,
        metavar="OUT",
        help="result: a .webm or .mp4 file; a folder for several videos (default: IN.annotated.webm beside each)",
    )
    parser.add_argument(
        "--activities",
        type=given_path,
        metavar="FILE",
        help="activities as a .csv or .json file; a folder for several videos",
    )
    parser.add_argument(
        "--timeline", type=given_path, metavar="FILE", help="time line as a .png file; a folder for several videos"
    )
    parser.add_argument("--force", action="store_true", help="overwrite files that exist")
    parser.add_argument(
        "-j",
        "--jobs",
        type=whole(1),
        default=1,
        metavar="N",
        help="number of videos at once, each in a process (default: 1)",
    )
    add_config(parser)
    add_pose_model(parser)
    add_model(parser)
    add_still_model(parser)
    add_video_limits(parser, VideoLimits())
    parser.add_argument(
        "--progress", choices=("bar", "json", "none"), help="progress output (default: bar on a terminal)"
    )


def run(args: argparse.Namespace) -> int:
    """Annotate the videos; if one fails the others are still done, and the first failure is the exit status."""
    tasks = planned(args)
    if args.jobs > 1 and len(tasks) > 1:
        from haredge.commands.annotate_jobs import run_jobs  # noqa: PLC0415

        limits = video_limits(args)
        statuses = run_jobs([command(task, args, limits) for task in tasks], args.jobs)
    else:
        config = load_config(args)
        statuses = [_run_one(task, args, config) for task in tasks]
    return next((status for status in statuses if status), 0)


def command(task: Task, args: argparse.Namespace, limits: VideoLimits) -> list[str]:
    """Return the command line that annotates one video in a process of its own, with progress as JSON lines.

    Of ``args`` those count that choose the configuration and the models, and ``force``.
    """
    given = {
        "--out": task.out,
        "--activities": task.activities,
        "--timeline": task.timeline,
        "--config": args.config,
        "--pose-model": args.pose_model,
        "--model": args.model,
        "--still-model": args.still_model,
    }
    options = [f"{name}={value}" for name, value in given.items() if value is not None]
    options += video_limit_options(limits)
    force = ["--force"] if args.force else []
    return [sys.executable, "-m", "haredge", "annotate", "--progress=json", *options, *force, "--", str(task.video)]


def _run_one(task: Task, args: argparse.Namespace, config: Config) -> int:
    try:
        spans = _annotate(task, args, config)
    except HaredgeError as error:
        if isinstance(error, ConfigError):
            raise
        complain(error)
        return error.exit_status
    if args.progress == "json":
        say_json({"done": "\n".join(lines(task, spans))})
    else:
        say(*lines(task, spans))
    return 0


def _annotate(task: Task, args: argparse.Namespace, config: Config) -> Sequence[Span]:
    # OpenCV and the inference engine are imported when a video is read, not when the command line is parsed.
    from haredge.compose import open_networks  # noqa: PLC0415
    from haredge.sources.video_info import probe  # noqa: PLC0415
    from haredge.video.annotation import Recognition, annotate  # noqa: PLC0415

    video = probe(task.video)
    limits = video_limits(args)
    limits.check(video)
    make_folder(task.out.parent)
    recogniser = open_networks(config)
    labels = recogniser.manifest.labels
    recognition = Recognition(recogniser.observe, labels, recogniser.manifest.rest, recogniser.max_people)
    line = LiveLine()
    try:
        spans = annotate(video, task.out, recognition, progress=_progress(video, limits, args.progress, line))
    finally:
        line.clear()
    _write_tables(task, spans, labels)
    return spans


def _progress(video: VideoInfo, limits: VideoLimits, shown: str | None, line: LiveLine) -> Callable[[float], None]:
    show, frames = _SHOWN[shown or "bar"](video, line), count(1)

    def progress(done_s: float) -> None:
        limits.check_read(video, next(frames), done_s)
        show(done_s)

    return progress


def _as_json(video: VideoInfo, _line: LiveLine) -> Callable[[float], None]:
    """Report progress to a program: a JSON object a line with the share done and the seconds left."""
    estimate, due = Estimate(video.length_s), Interval(_JSON_S)

    def show(done_s: float) -> None:
        step = estimate.at(done_s)
        if due.due(estimate.taken_s):
            left_s = None if step.left_s is None else round(step.left_s, 1)
            say_json({"share": step.share and round(step.share, 4), "left_s": left_s})

    return show


def _as_bar(video: VideoInfo, line: LiveLine) -> Callable[[float], None]:
    return ProgressBar(video.length_s, line).show


def _not(_video: VideoInfo, _line: LiveLine) -> Callable[[float], None]:
    return lambda _done_s: None


_SHOWN: Final = {"bar": _as_bar, "json": _as_json, "none": _not}
"""Ways to show progress."""


def _write_tables(task: Task, spans: Sequence[Span], labels: Sequence[str]) -> None:
    if task.activities:
        text = as_json(spans) if task.activities.suffix.lower() == ".json" else as_csv(spans)
        write(task.activities, text.encode())
    if task.timeline:
        from haredge.video.draw.encode import as_png  # noqa: PLC0415
        from haredge.video.draw.panel import timeline_image  # noqa: PLC0415

        write(task.timeline, as_png(timeline_image(spans, labels, task.video.name)))


def lines(task: Task, spans: Sequence[Span]) -> Iterator[str]:
    """Yield the lines on a finished video, for a person: from when to when, who, and what."""
    yield printable(f"{task.video} -> {task.out}", LONGEST_LINE)
    width = max((len(str(span.person)) for span in spans if span.person), default=0)
    for span in spans:
        yield f"  {_tenths(span.start_s)} - {_tenths(span.end_s)}  {span.person or '':>{width}}  {as_words(span.label)}"


def _tenths(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 10), 600)
    return f"{minutes:>3}:{rest // 10:02}.{rest % 10}"


def planned(args: argparse.Namespace) -> list[Task]:
    """Return what is to be made of each video.

    Raises :class:`ConfigError` if a result's name is of no known kind, would be used twice, or would overwrite a file
    without ``--force``.
    """
    results, out = Results(list(args.videos), "video"), args.out
    refer(args.videos, IMAGE_SUFFIXES, out, IMAGE_RESULTS, "recognise")
    tasks = [
        Task(
            video,
            results.path(video, out, f"{video.stem}.annotated.webm", VIDEO_RESULTS) if out else _beside(video),
            args.activities and results.path(video, args.activities, f"{video.stem}.csv", TABLE_SUFFIXES),
            args.timeline and results.path(video, args.timeline, f"{video.stem}.png", (".png",)),
        )
        for video in results.inputs
    ]
    made = [path for task in tasks for path in (task.out, task.activities, task.timeline) if path]
    results.check(made, force=args.force)
    return tasks


def _beside(video: Path) -> Path:
    return video.with_name(f"{video.stem}.annotated.webm")
