"""``haredge annotate``: films in, films with skeleton, activity, probabilities and time line out."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge.activity.timeline import Span, as_csv, as_json
from haredge.commands.arguments import add_config, add_model, add_pose_model, load_config, seconds, whole
from haredge.config.schema import Config
from haredge.core.clock import clock_time
from haredge.core.errors import ConfigError, HaredgeError, OutputError, SourceError
from haredge.core.interval import Interval
from haredge.core.progress import Estimate
from haredge.terminal import LiveLine, ProgressBar, complain
from haredge.video.palette import as_words

if TYPE_CHECKING:
    from haredge.sources.video_info import VideoInfo as Film

VIDEO_SUFFIXES: Final = (".webm", ".mp4")
TABLE_SUFFIXES: Final = (".csv", ".json")

_JSON_S: Final = 0.25
"""Seconds between two reports of progress to a program."""


@dataclass(frozen=True, slots=True)
class Task:
    """One film and what is made of it."""

    film: Path
    out: Path
    activities: Path | None
    timeline: Path | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge annotate``."""
    parser.add_argument("films", nargs="+", type=Path, metavar="IN", help="a film, then others or the result")
    parser.add_argument("-o", "--out", type=Path, metavar="OUT", help="a .webm or .mp4, for several films a folder")
    parser.add_argument("--activities", type=Path, metavar="FILE", help="a .csv or .json of them; or a folder")
    parser.add_argument("--timeline", type=Path, metavar="FILE", help="a .png of the time line; or a folder")
    parser.add_argument("--force", action="store_true", help="overwrite files that exist")
    parser.add_argument("-j", "--jobs", type=whole(1), default=1, metavar="N", help="films at once, each in a process")
    add_config(parser)
    add_pose_model(parser)
    add_model(parser)
    parser.add_argument("--longest", type=seconds, default=float("inf"), metavar="S", help="refuse longer films, in s")
    parser.add_argument(
        "--largest", type=whole(1), default=16_384, metavar="PX", help="refuse larger pictures, longer side"
    )
    parser.add_argument(
        "--most-gigapixels", type=whole(1), metavar="N", help="refuse videos with more pixels in all frames together"
    )
    parser.add_argument("--progress", choices=("bar", "json", "none"), help="how to tell it; bar on a terminal")


def run(args: argparse.Namespace) -> int:
    """Annotate the films; where one fails the others are still done, and the first failure is the exit status."""
    tasks = planned(args)
    for task in tasks:
        _make_folder(task.out.parent)
    if args.jobs > 1 and len(tasks) > 1:
        from haredge.commands.annotate_jobs import run_jobs  # noqa: PLC0415

        statuses = run_jobs([command(task, args) for task in tasks], args.jobs)
    else:
        config = load_config(args)
        statuses = [_run_one(task, args, config) for task in tasks]
    return next((status for status in statuses if status), 0)


def command(task: Task, args: argparse.Namespace) -> list[str]:
    """Return the command line that annotates one film in a process of its own and tells progress as JSON lines."""
    given = {
        "--out": task.out,
        "--activities": task.activities,
        "--timeline": task.timeline,
        "--config": args.config,
        "--pose-model": args.pose_model,
        "--model": args.model,
        "--longest": args.longest,
        "--largest": args.largest,
        "--most-gigapixels": args.most_gigapixels,
    }
    options = [f"{name}={value}" for name, value in given.items() if value is not None]
    force = ["--force"] if args.force else []
    return [sys.executable, "-m", "haredge", "annotate", "--progress=json", *options, *force, "--", str(task.film)]


def _run_one(task: Task, args: argparse.Namespace, config: Config) -> int:
    try:
        spans = _annotate(task, args, config)
    except HaredgeError as error:
        if isinstance(error, ConfigError):
            raise
        complain(error)
        return error.exit_status
    print(json.dumps({"done": table(task, spans)}) if args.progress == "json" else table(task, spans), flush=True)
    return 0


def _annotate(task: Task, args: argparse.Namespace, config: Config) -> Sequence[Span]:
    # OpenCV and TFLite are imported when a film is read, not when the command line is parsed.
    from haredge.compose import open_recogniser  # noqa: PLC0415
    from haredge.sources.video_info import probe as look_at  # noqa: PLC0415
    from haredge.video.annotation import Recognition, annotate  # noqa: PLC0415

    film = look_at(task.film)
    _check(film, args)
    recogniser = open_recogniser(config)
    labels = recogniser.manifest.labels
    recognition = Recognition(recogniser.observe, labels)
    line = LiveLine()
    try:
        spans = annotate(film, task.out, recognition, progress=_progress(film, args, line))
    finally:
        line.clear()
    _write_tables(task, spans, labels)
    return spans


def _check(film: Film, args: argparse.Namespace) -> None:
    if max(film.size) > args.largest:
        raise SourceError(
            f"{film.path}: its picture of {film.size[1]} x {film.size[0]} is too large: "
            f"at most {args.largest} pixels a side"
        )
    if (film.length_s or 0) > args.longest:
        raise _too_long(film, clock_time(film.length_s or 0), args.longest)
    _check_pixels(film, (film.length_s or 0) * film.rate_hz, args.most_gigapixels)


def _check_pixels(film: Film, frames: float, most_gigapixels: int | None) -> None:
    gigapixels = math.prod(film.size) * frames / 1e9
    if most_gigapixels is not None and gigapixels > most_gigapixels:
        raise SourceError(
            f"{film.path}: it has too many pixels ({film.size[1]} x {film.size[0]}, {frames:.0f} frames: "
            f"{gigapixels:.0f} gigapixels): at most {most_gigapixels} gigapixels"
        )


def _too_long(film: Film, length: str, longest_s: float) -> SourceError:
    return SourceError(f"{film.path}: it is too long ({length}): at most {clock_time(longest_s)}")


def _progress(film: Film, args: argparse.Namespace, line: LiveLine) -> Callable[[float], None]:
    show, frames = _SHOWN[args.progress or "bar"](film, line), count(1)

    def progress(done_s: float) -> None:
        _check_pixels(film, next(frames), args.most_gigapixels)
        if done_s > args.longest:
            raise _too_long(film, f"more than {clock_time(args.longest)}", args.longest)
        show(done_s)

    return progress


def _as_json(film: Film, _line: LiveLine) -> Callable[[float], None]:
    """Report progress to a program: a JSON object a line with the share done and the seconds left."""
    estimate, due = Estimate(film.length_s), Interval(_JSON_S)

    def show(done_s: float) -> None:
        step = estimate.at(done_s)
        if due.due(estimate.taken_s):
            left_s = None if step.left_s is None else round(step.left_s, 1)
            print(json.dumps({"share": step.share and round(step.share, 4), "left_s": left_s}), flush=True)

    return show


def _as_bar(film: Film, line: LiveLine) -> Callable[[float], None]:
    return ProgressBar(film.length_s, line).show


def _not(_film: Film, _line: LiveLine) -> Callable[[float], None]:
    return lambda _done_s: None


_SHOWN: Final = {"bar": _as_bar, "json": _as_json, "none": _not}
"""Ways to show progress."""


def _write_tables(task: Task, spans: Sequence[Span], labels: Sequence[str]) -> None:
    if task.activities:
        text = as_json(spans) if task.activities.suffix == ".json" else as_csv(spans)
        _write(task.activities, text.encode())
    if task.timeline:
        from haredge.video.draw.encode import as_png  # noqa: PLC0415
        from haredge.video.draw.panel import timeline_picture  # noqa: PLC0415

        _write(task.timeline, as_png(timeline_picture(spans, labels, task.film.name)))


def _write(path: Path, data: bytes) -> None:
    _make_folder(path.parent)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {path}: {error.strerror}") from error


def table(task: Task, spans: Sequence[Span]) -> str:
    """Return what a person is told of a finished film."""
    lines = [f"  {_tenths(span.start_s)} - {_tenths(span.end_s)}  {as_words(span.label)}" for span in spans]
    return "\n".join((f"{task.film} -> {task.out}", *lines))


def _tenths(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 10), 600)
    return f"{minutes:>3}:{rest // 10:02}.{rest % 10}"


def planned(args: argparse.Namespace) -> list[Task]:
    """Say what is to be made of each film.

    The last of several arguments is the result where ``-o`` is not given and it is a folder, or the second of two and
    does not exist yet. Raises :class:`ConfigError` where a result's name is of no known kind, would be used twice, or
    would overwrite a file without ``--force``.
    """
    films, out = list(args.films), args.out
    if out is None and len(films) > 1 and (films[-1].is_dir() or (len(films) == 2 and not films[-1].exists())):
        out = films.pop()
    tasks = [
        Task(
            film,
            _result(film, out, f"{film.stem}.annotated.webm", VIDEO_SUFFIXES, len(films)) if out else _beside(film),
            args.activities and _result(film, args.activities, f"{film.stem}.csv", TABLE_SUFFIXES, len(films)),
            args.timeline and _result(film, args.timeline, f"{film.stem}.png", (".png",), len(films)),
        )
        for film in films
    ]
    _check_results(tasks, force=args.force)
    return tasks


def _beside(film: Path) -> Path:
    return film.with_name(f"{film.stem}.annotated.webm")


def _result(film: Path, asked: Path, name: str, suffixes: Sequence[str], films: int) -> Path:
    if asked.is_dir() or films > 1:
        if asked.suffix.lower() in suffixes and not asked.is_dir():
            raise ConfigError(f"{asked}: is one file, but there are {films} films: name a folder")
        return asked / name
    if asked.suffix.lower() not in suffixes:
        raise ConfigError(f"{asked}: a name that ends in {' or '.join(suffixes)}, or a folder that exists, is needed")
    if asked.resolve() == film.resolve():
        raise ConfigError(f"{asked}: the film itself would be overwritten")
    return asked


def _check_results(tasks: Sequence[Task], *, force: bool) -> None:
    films = {task.film.resolve() for task in tasks}
    taken: set[Path] = set()
    for path in (path for task in tasks for path in (task.out, task.activities, task.timeline) if path):
        if path.resolve() in taken:
            raise ConfigError(f"{path}: two films would be written to it: their names differ only in folder or suffix")
        exists = _exists(path)
        if path.resolve() in films or (exists and not force):
            raise ConfigError(f"{path}: exists already; --force overwrites it" if exists else f"{path}: a film")
        taken.add(path.resolve())


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # a name that has become too long, a folder that may not be entered
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
