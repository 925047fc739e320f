"""``haredge evaluate --films``: what the daemon's own pipeline tells of films of which it is known what goes on.

A film without a label shows nothing to report: every activity told of it is a false one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge.commands.arguments import add_config, add_pose_model, load_config, rate
from haredge.compose import Recogniser, open_recogniser, recognise_video
from haredge.config.schema import Config
from haredge.core.errors import DataError
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.evaluation.segments import Verdict, judge, together
from haredge.terminal import ProgressBar

if TYPE_CHECKING:
    from haredge.manifest import ActivityManifest

NOTHING: Final = "none"
"""Label of a film, or name of a folder of films, in which nothing goes on that a model should report."""

_LABELS_SHOWN: Final = 3
"""More labels of one film are only counted in the table."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A film and what goes on in it."""

    path: Path
    labels: tuple[str, ...] = ()
    """What a model may say of it; nothing where there is nothing to report."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one model told of one film at one rate."""

    model: str
    film: Labelled
    """With those of its labels that the model knows."""
    rate_hz: float
    verdict: Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge evaluate --films`` but for that one."""
    films = parser.add_argument_group("with --films")
    films.add_argument(
        "--rates", nargs="+", type=rate, metavar="HZ", help="frames a second at most (camera.rate_hz of the file)"
    )
    add_pose_model(films)
    add_config(films)


def run(args: argparse.Namespace) -> int:
    """Run every film at every rate through every model, and print the table.

    Raises :class:`DataError` for films that are not there and labels that no model knows, and the errors of models and
    sources.
    """
    # Of several activity models each is opened with the configuration: none of them overrides it.
    config = load_config(argparse.Namespace(config=args.config, pose_model=args.pose_model))
    films = [film for text in args.films for film in labelled(text)]
    recognisers = [_opened(config, name) for name in args.model or [config.activity.model]]
    _check_labels(films, [recogniser.manifest for recogniser in recognisers])
    rates = args.rates or [config.camera.rate_hz]
    rows = list(_measured(films, recognisers, rates, config))
    print(json.dumps(as_json(rows, config.pose.model)) if args.json else "\n".join(_table(rows, config.pose.model)))
    return 0


def _opened(config: Config, model: str) -> Recogniser:
    return open_recogniser(config.model_copy(update={"activity": config.activity.model_copy(update={"model": model})}))


def labelled(text: str) -> Sequence[Labelled]:
    """Read ``FILM``, ``FILM=LABEL``, ``FILM=LABEL,LABEL`` or a folder of films.

    A folder's films have the labels given with it; without, those in its subfolders have the subfolder's name for a
    label. ``none`` is no label. Raises :class:`DataError` where there is no film.
    """
    name, equals, labels = (text, "", "") if Path(text).exists() else text.rpartition("=")
    path = Path(name if equals else text)
    if path.is_file():
        return [Labelled(path, _labels(labels))]
    films = sorted(file for file in path.rglob("*") if file.is_file() and file.name[0] != ".")
    if not films:
        raise DataError(f"{path}: {'no film in this folder' if path.is_dir() else 'no such film or folder'}")
    inner = [labels or (film.parent.name if film.parent != path else NOTHING) for film in films]
    return [Labelled(film, _labels(label)) for film, label in zip(films, inner, strict=True)]


def _labels(text: str) -> tuple[str, ...]:
    return tuple(label for label in text.split(",") if label not in {"", NOTHING})


def _check_labels(films: Sequence[Labelled], manifests: Sequence[ActivityManifest]) -> None:
    known = sorted({label for manifest in manifests for label in _told(manifest)})
    for film in films:
        if strange := [label for label in film.labels if label not in known]:
            raise DataError(f"{film.path}: no model here knows {', '.join(strange)}; known are {', '.join(known)}")


def _told(manifest: ActivityManifest) -> Collection[str]:
    """Labels that a model may tell: those of rest are told as unknown."""
    return [label for label in manifest.labels if label not in manifest.rest]


def _measured(
    films: Sequence[Labelled], recognisers: Sequence[Recogniser], rates: Sequence[float], config: Config
) -> Iterator[Row]:
    # OpenCV is imported when a film is read, not when the command line is parsed.
    from haredge.sources.video_info import probe as look_at  # noqa: PLC0415

    lengths_s = [look_at(film.path).length_s or 0.0 for film in films]
    bar, done_s = ProgressBar(sum(lengths_s) * len(recognisers) * len(rates)), 0.0

    def progress(film_s: float) -> None:
        bar.show(done_s + film_s)

    for recogniser in recognisers:
        for film, length_s in zip(films, lengths_s, strict=True):
            known = replace(film, labels=tuple(label for label in film.labels if label in _told(recogniser.manifest)))
            for rate_hz in rates:
                verdict = _judged(known, recogniser, rate_hz, config, progress)
                yield Row(recogniser.manifest.name, known, rate_hz, verdict)
                done_s += length_s
    bar.clear()


def _judged(
    film: Labelled, recogniser: Recogniser, rate_hz: float, config: Config, progress: Callable[[float], None]
) -> Verdict:
    """Run a film through the loop, read and thinned out as the daemon reads a file."""
    camera = config.camera.model_copy(update={"rate_hz": rate_hz})
    own = config.model_copy(update={"source": str(film.path), "camera": camera})
    return judge(recognise_video(recogniser, own, progress), film.labels)


def as_json(rows: Sequence[Row], pose_model: str) -> dict[str, object]:
    """Name the figures as programs read them; docs/evaluation.md says what each means."""
    return {
        "pose_model": pose_model,
        "films": [
            {"model": row.model, "film": str(row.film.path), "labels": list(row.film.labels), "rate_hz": row.rate_hz}
            | _figures(row.verdict)
            for row in rows
        ],
        "totals": [
            {"model": model, "rate_hz": rate_hz, "of": of} | _figures(verdict)
            for model, rate_hz, of, verdict in _totals(rows)
        ],
    }


def _figures(verdict: Verdict) -> dict[str, object]:
    return {
        "length_s": round(verdict.length_s, 3),
        "right_s": round(verdict.right_s, 3),
        "unknown_s": round(verdict.told_s.get(UNKNOWN, 0.0), 3),
        "no_person_s": round(verdict.told_s.get(NO_PERSON, 0.0), 3),
        "wrong_s": round(verdict.wrong_s, 3),
        "false_activities": verdict.false_activities,
        "false_an_hour": verdict.false_an_hour,
        "told_s": {label: round(seconds, 3) for label, seconds in verdict.told_s.items()},
    }


def _totals(rows: Sequence[Row]) -> Iterator[tuple[str, float, str, Verdict]]:
    """Yield model, rate, which films ("labelled", "nothing to report") and their verdicts added up."""
    for model, rate_hz in dict.fromkeys((row.model, row.rate_hz) for row in rows):
        for has_label, of in ((True, "labelled"), (False, "nothing to report")):
            verdicts = [
                row.verdict
                for row in rows
                if (row.model, row.rate_hz, bool(row.film.labels)) == (model, rate_hz, has_label)
            ]
            if verdicts:
                yield model, rate_hz, of, together(verdicts)


def _table(rows: Sequence[Row], pose_model: str) -> Iterator[str]:
    titles = [_title(row) for row in rows]
    width = max(len(title) for title in [*titles, "all of which nothing is to report"])
    yield f"pose network {pose_model}; right, unknown, nobody, wrong: share of the film's time"
    head = f"{'film':{width}} {'Hz':>5} {'s':>7} {'right':>6} {'unknown':>7} {'nobody':>6} {'wrong':>6}"
    for model in dict.fromkeys(row.model for row in rows):
        yield ""
        yield f"model {model}"
        yield f"{head} {'false':>5} {'an hour':>7}  told"
        for row, title in zip(rows, titles, strict=True):
            if row.model == model:
                yield _line(f"{title:{width}} {row.rate_hz:5g}", row.verdict, labelled=bool(row.film.labels))
        for of_model, rate_hz, of, verdict in _totals(rows):
            if of_model == model:
                title = f"all {'labelled' if of == 'labelled' else 'of which nothing is to report'}"
                yield _line(f"{title:{width}} {rate_hz:5g}", verdict, labelled=of == "labelled")


def _title(row: Row) -> str:
    labels, name = row.film.labels, row.film.path.name
    if not labels:
        return name
    return f"{name} = {', '.join(labels) if len(labels) <= _LABELS_SHOWN else f'{len(labels)} labels'}"


def _line(begin: str, verdict: Verdict, *, labelled: bool) -> str:
    told = sorted(verdict.told_s.items(), key=lambda item: -item[1])
    activities = ", ".join(f"{label} {s:.1f} s" for label, s in told if label not in {UNKNOWN, NO_PERSON})
    unknown_s, nobody_s = (verdict.told_s.get(label, 0.0) for label in (UNKNOWN, NO_PERSON))
    an_hour = "-" if verdict.false_an_hour is None else f"{verdict.false_an_hour:.0f}"
    return (
        f"{begin} {verdict.length_s:7.1f} {_share(verdict, verdict.right_s) if labelled else '-':>6} "
        f"{_share(verdict, unknown_s):>7} {_share(verdict, nobody_s):>6} {_share(verdict, verdict.wrong_s):>6} "
        f"{verdict.false_activities:5} {an_hour:>7}  {activities}".rstrip()
    )


def _share(verdict: Verdict, seconds: float) -> str:
    share = verdict.share(seconds)
    return "-" if share is None else f"{share:.1%}"
