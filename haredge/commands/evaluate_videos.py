"""``haredge evaluate --films``: what the daemon's own pipeline reports for labelled videos.

A video without a label contains no activity to report: every activity reported for it is a false one.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge.commands.arguments import add_config, add_pose_model, add_still_model, load_config, rate
from haredge.compose import Networks, open_networks, recognise_video
from haredge.config.schema import Config
from haredge.core.address import redacted
from haredge.core.errors import DataError
from haredge.core.labels import NO_PERSON, UNKNOWN, composed
from haredge.datasets.recording import usable_rate
from haredge.evaluation.segments import SegmentScores, score, sum_scores
from haredge.extraction.listing import videos_in
from haredge.terminal import ProgressBar, say, say_json

if TYPE_CHECKING:
    from haredge.manifest import ActivityManifest

NOTHING: Final = "none"
"""Label of a video, or name of a folder of videos, that contain no activity to report."""

_LABELS_SHOWN: Final = 3
"""More labels of one video are only counted in the table."""


@dataclass(frozen=True, slots=True)
class LabelledVideo:
    """A video and its labels."""

    path: Path
    labels: tuple[str, ...] = ()
    """What a model may report for it; empty if there is nothing to report."""


@dataclass(frozen=True, slots=True)
class VideoResult:
    """What one model reported for one video at one rate."""

    model: str
    video: LabelledVideo
    """With those of its labels that the model knows."""
    rate_hz: float
    scores: SegmentScores


OPTIONS: Final = ("rates", "pose_model", "still_model", "config")
"""Those that :func:`add_arguments` adds, as the parsed arguments name them; None where one is not given."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge evaluate --films``, without that one."""
    videos = parser.add_argument_group("with --films")
    videos.add_argument(
        "--rates",
        nargs="+",
        type=rate,
        metavar="HZ",
        help="highest frame rates in Hz (default: camera.rate_hz of the configuration)",
    )
    add_pose_model(videos)
    add_still_model(videos)
    add_config(videos)


def run(args: argparse.Namespace) -> int:
    """Run every video at every rate through every model, and print the table.

    Raises :class:`DataError` for videos that are not there and labels that no model knows,
    :class:`haredge.core.errors.ConfigError` for a rate at which no window fills, and the errors of models and sources.
    """
    # Of several activity models each is opened with the configuration: none of them overrides it.
    config = load_config(
        argparse.Namespace(config=args.config, pose_model=args.pose_model, still_model=args.still_model)
    )
    videos = [video for text in args.films for video in labelled(text)]
    recognisers = [_opened(config, name) for name in args.model or [config.activity.model]]
    _check_labels(videos, [recogniser.manifest for recogniser in recognisers])
    rates = [usable_rate(rate_hz) for rate_hz in args.rates or [config.camera.rate_hz]]
    rows = list(_measured(videos, recognisers, rates, config))
    if args.json:
        say_json(as_json(rows, config.pose.model))
    else:
        say(*_table(rows, config.pose.model))
    return 0


def _opened(config: Config, model: str) -> Networks:
    activity = config.activity.model_copy(update={"model": model})
    # Zones are drawn over the image of the place's own camera; these videos are of other places.
    return open_networks(config.model_copy(update={"activity": activity, "zones": {}}))


def labelled(text: str) -> Sequence[LabelledVideo]:
    """Read ``FILM=LABEL``, ``FILM=LABEL,LABEL``, ``FILM=none`` or a folder of videos.

    A folder's videos have the labels given with it; without, those in its subfolders have the subfolder's name for a
    label. ``none`` means no label. Raises :class:`DataError` if there is no video, or a video without a label: left
    out by mistake, it would make each correct answer a false one.
    """
    name, equals, labels = (text, "", "") if Path(text).exists() else text.rpartition("=")
    given = name if equals else text
    path = Path(given)
    if path.is_file():
        return [LabelledVideo(path, _labels(path, labels))]
    videos = videos_in(path) if path.is_dir() else []
    if not videos:
        raise DataError(
            f"{redacted(given)}: {'no video in this folder' if path.is_dir() else 'no such video or folder'}"
        )
    inner = [labels or (video.parent.name if video.parent != path else "") for video in videos]
    return [LabelledVideo(video, _labels(video, label)) for video, label in zip(videos, inner, strict=True)]


def _labels(video: Path, text: str) -> tuple[str, ...]:
    if not text:
        raise DataError(
            f"{video}: no label; name what it shows, as in {video.name}=squat or {video.name}=walking,standing, "
            f"or that it contains no activity to report: {video.name}={NOTHING}"
        )
    return tuple(label for label in composed(text).split(",") if label not in {"", NOTHING})


def _check_labels(videos: Sequence[LabelledVideo], manifests: Sequence[ActivityManifest]) -> None:
    # A background label is known, and never reported: its videos contain no activity to report.
    known = sorted({label for manifest in manifests for label in manifest.labels})
    for video in videos:
        if strange := [label for label in video.labels if label not in known]:
            raise DataError(f"{video.path}: no model here knows {', '.join(strange)}; known are {', '.join(known)}")


def _measured(
    videos: Sequence[LabelledVideo], recognisers: Sequence[Networks], rates: Sequence[float], config: Config
) -> Iterator[VideoResult]:
    # OpenCV is imported when a video is read, not when the command line is parsed.
    from haredge.sources.video_info import probe  # noqa: PLC0415

    lengths_s = [probe(video.path).length_s or 0.0 for video in videos]
    bar, done_s = ProgressBar(sum(lengths_s) * len(recognisers) * len(rates)), 0.0

    def progress(video_s: float) -> None:
        bar.show(done_s + video_s)

    for recogniser in recognisers:
        for video, length_s in zip(videos, lengths_s, strict=True):
            activities = recogniser.manifest.activities
            known = replace(video, labels=tuple(label for label in video.labels if label in activities))
            for rate_hz in rates:
                scores = _score(known, recogniser, rate_hz, config, progress)
                yield VideoResult(recogniser.manifest.name, known, rate_hz, scores)
                done_s += length_s
    bar.clear()


def _score(
    video: LabelledVideo, recogniser: Networks, rate_hz: float, config: Config, progress: Callable[[float], None]
) -> SegmentScores:
    """Run a video through the loop, read and throttled as the daemon reads a file."""
    camera = config.camera.model_copy(update={"rate_hz": rate_hz})
    own = config.model_copy(update={"source": str(video.path), "camera": camera})
    return score(recognise_video(recogniser, own, progress), video.labels)


def as_json(rows: Sequence[VideoResult], pose_model: str) -> dict[str, object]:
    """Name the figures as programs read them; docs/evaluation.md says what each means."""
    return {
        "pose_model": pose_model,
        "films": [
            {"model": row.model, "film": str(row.video.path), "labels": list(row.video.labels), "rate_hz": row.rate_hz}
            | _figures(row.scores)
            for row in rows
        ],
        "totals": [
            {"model": model, "rate_hz": rate_hz, "of": of} | _figures(scores)
            for model, rate_hz, of, scores in _totals(rows)
        ],
    }


def _figures(scores: SegmentScores) -> dict[str, object]:
    return {
        "length_s": round(scores.length_s, 3),
        "right_s": round(scores.right_s, 3),
        "unknown_s": round(scores.told_s.get(UNKNOWN, 0.0), 3),
        "no_person_s": round(scores.told_s.get(NO_PERSON, 0.0), 3),
        "wrong_s": round(scores.wrong_s, 3),
        "false_activities": scores.false_activities,
        "false_an_hour": scores.false_an_hour,
        "told_s": {label: round(seconds, 3) for label, seconds in scores.told_s.items()},
    }


def _totals(rows: Sequence[VideoResult]) -> Iterator[tuple[str, float, str, SegmentScores]]:
    """Yield model, rate, which videos ("labelled", "nothing to report") and their scores added up."""
    for model, rate_hz in dict.fromkeys((row.model, row.rate_hz) for row in rows):
        for has_label, of in ((True, "labelled"), (False, "nothing to report")):
            scores = [
                row.scores
                for row in rows
                if (row.model, row.rate_hz, bool(row.video.labels)) == (model, rate_hz, has_label)
            ]
            if scores:
                yield model, rate_hz, of, sum_scores(scores)


def _table(rows: Sequence[VideoResult], pose_model: str) -> Iterator[str]:
    titles = [_title(row) for row in rows]
    width = max(len(title) for title in [*titles, "all of which nothing is to report"])
    yield f"pose network {pose_model}; right, unknown, no person, wrong: share of the video's time"
    head = f"{'video':{width}} {'Hz':>5} {'s':>7} {'right':>6} {'unknown':>7} {'no person':>9} {'wrong':>6}"
    for model in dict.fromkeys(row.model for row in rows):
        yield ""
        yield f"model {model}"
        yield f"{head} {'false':>5} {'an hour':>7}  reported"
        for row, title in zip(rows, titles, strict=True):
            if row.model == model:
                yield _line(f"{title:{width}} {row.rate_hz:5g}", row.scores, labelled=bool(row.video.labels))
        for of_model, rate_hz, of, scores in _totals(rows):
            if of_model == model:
                title = f"all {'labelled' if of == 'labelled' else 'of which nothing is to report'}"
                yield _line(f"{title:{width}} {rate_hz:5g}", scores, labelled=of == "labelled")


def _title(row: VideoResult) -> str:
    labels, name = row.video.labels, row.video.path.name
    if not labels:
        return name
    return f"{name} = {', '.join(labels) if len(labels) <= _LABELS_SHOWN else f'{len(labels)} labels'}"


def _line(begin: str, scores: SegmentScores, *, labelled: bool) -> str:
    told = sorted(scores.told_s.items(), key=lambda item: -item[1])
    activities = ", ".join(f"{label} {s:.1f} s" for label, s in told if label not in {UNKNOWN, NO_PERSON})
    unknown_s, no_person_s = (scores.told_s.get(label, 0.0) for label in (UNKNOWN, NO_PERSON))
    an_hour = "-" if scores.false_an_hour is None else f"{scores.false_an_hour:.0f}"
    return (
        f"{begin} {scores.length_s:7.1f} {_share(scores, scores.right_s) if labelled else '-':>6} "
        f"{_share(scores, unknown_s):>7} {_share(scores, no_person_s):>9} {_share(scores, scores.wrong_s):>6} "
        f"{scores.false_activities:5} {an_hour:>7}  {activities}".rstrip()
    )


def _share(scores: SegmentScores, seconds: float) -> str:
    share = scores.share(seconds)
    return "-" if share is None else f"{share:.1%}"
