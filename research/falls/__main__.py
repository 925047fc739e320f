"""``python -m research.falls``: simulate falls, extract poses from videos, fit the fall rule, measure it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import haredge.falls.fitted
from haredge.compose import open_recogniser
from haredge.config.schema import Config
from haredge.falls.watch import FallWatch
from research.falls import fit
from research.falls.captured import captured
from research.falls.extract import RATE_HZ, extract
from research.falls.harder import WAYS, harder
from research.falls.measure import Measured, measure
from research.falls.replay import load_all
from research.falls.score import Score
from research.falls.simulate import DAILY, LYING, lived, simulated
from research.falls.videos import GROUPS, videos
from research.falls.witness import witness


def _simulate(args: argparse.Namespace) -> None:
    made = captured(args.motions, args.count, args.seed) if args.motions else simulated(args.count, args.seed)
    for replay in made:
        replay.save(args.replays)


def _live(args: argparse.Namespace) -> None:
    for words, group, hours in ((DAILY, "daily", args.hours), (LYING, "lying", args.hours / 4)):
        for replay in lived(hours, words, group, args.seed):
            replay.save(args.replays)


def _fit(args: argparse.Namespace) -> None:
    replays = load_all(args.replays)
    parts = fit.halves(replays)
    rules = [fit.fit(fit.examples(part, seed)) for seed, part in enumerate(parts)]
    tested = [[usual for replay in part if (usual := replay.thinned(fit.RATE_HZ)).frames] for part in parts]
    real = [[replay for replay in part if replay.group not in fit.WEIGHT] for part in tested]
    curves = {}
    for smoothing_s in fit.SMOOTHING_S:
        smoothed = [replace(rule, smoothing_s=smoothing_s) for rule in rules]
        curves[smoothing_s] = {threshold: fit.crosswise(smoothed, real, threshold) for threshold in fit.GRID}
        for threshold, scores in curves[smoothing_s].items():
            _print(f"{smoothing_s:g} s, {threshold:.2f}", scores)
    best_s = fit.best_smoothing_s(curves)
    chosen = fit.levels(curves[best_s])
    rule = replace(fit.fit(fit.examples(replays, 2)), smoothing_s=best_s, thresholds=chosen)
    fit.write(Path(haredge.falls.fitted.__file__), rule)
    smoothed = [replace(rule, smoothing_s=best_s) for rule in rules]
    _print(f"{best_s:g} s, all", fit.crosswise(smoothed, tested, chosen["normal"].possible))


def _extract(args: argparse.Namespace) -> None:
    settings = {"pose": {"model": args.pose, "max_people": 4}, "camera": {"rate_hz": args.rate}}
    config = Config.model_validate(settings)
    networks = open_recogniser(config)
    for group in args.groups:
        for video in videos(args.data, group)[:: args.every]:
            extract(networks, config, harder(video, args.seen) if args.seen else video, args.replays)


def _score(args: argparse.Namespace) -> None:
    scores: dict[str, Score] = {}
    for replay in load_all(args.replays):
        usual = replay.thinned(args.rate, args.skip)
        if usual.frames:
            scores.setdefault(replay.group, Score()).add(usual, usual.alarms(FallWatch(args.sensitivity)))
    for group, score in scores.items():
        _write(f"{group}: {Measured(score)}", score)


def _witness(args: argparse.Namespace) -> None:
    networks = open_recogniser(Config())
    for group, found in witness(load_all(args.replays), networks.new_recogniser).items():
        sys.stdout.write(f"{group}\n{found}\n")


def _measure(args: argparse.Namespace) -> None:
    settings = {
        "pose": {"model": args.pose},
        "camera": {"rate_hz": args.rate},
        "fall": {"sensitivity": args.sensitivity},
    }
    config = Config.model_validate(settings)
    networks = open_recogniser(config)
    for group in args.groups:
        measured = measure(networks, config, videos(args.data, group))
        _write(f"{group}: {measured}", measured.score)


def _write(line: str, score: Score) -> None:
    lines = [line, *(f"    missed {name}" for name in score.missed)]
    lines += [f"    false: {each}" for each in (*score.false_possible, *score.false_confirmed)]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _print(name: str, scores: Mapping[str, Score]) -> None:
    lines = [f"{name}: " + "; ".join(f"{group} {score}" for group, score in scores.items())]
    lines += [f"    {each}" for score in scores.values() for each in (*score.missed, *score.false_possible)]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command."""
    parser = argparse.ArgumentParser(prog="python -m research.falls", description=__doc__)
    commands = parser.add_subparsers(required=True)
    simulate = commands.add_parser("simulate", help="write replays of the synthetic person's falls")
    simulate.add_argument("replays", type=Path, help="folder of replays")
    simulate.add_argument("--count", type=int, default=70, help="number of falls, and of videos without one")
    simulate.add_argument("--motions", type=Path, metavar="DIR", help="motion capture instead, without falls")
    simulate.add_argument("--seed", type=int, default=2)
    simulate.set_defaults(run=_simulate)
    living = commands.add_parser("live", help="write replays of the synthetic person's life without falls")
    living.add_argument("replays", type=Path, help="folder of replays")
    living.add_argument("--hours", type=float, default=1.0, help="of a day at home; a quarter as much lying")
    living.add_argument("--seed", type=int, default=77)
    living.set_defaults(run=_live)
    extracting = commands.add_parser("extract", help="write replays of labelled videos")
    extracting.add_argument("data", type=Path, help="folder of the data sets, with labelled_videos")
    extracting.add_argument("replays", type=Path, help="folder of replays")
    extracting.add_argument("groups", nargs="+", choices=GROUPS, help="groups of videos")
    extracting.add_argument("--pose", default="pose", help="pose model, as in the configuration")
    extracting.add_argument("--rate", type=float, default=RATE_HZ, help="poses per second")
    extracting.add_argument("--seen", choices=WAYS, help="show the videos in the dusk, or far away")
    extracting.add_argument("--every", type=int, default=1, help="take every n-th video")
    extracting.set_defaults(run=_extract)
    fitting = commands.add_parser("fit", help="fit the numbers on replays, and write haredge/falls/fitted.py")
    fitting.add_argument("replays", type=Path, help="folder of replays")
    fitting.set_defaults(run=_fit)
    scoring = commands.add_parser("score", help="measure the rule in use on replays, without a pose network")
    scoring.add_argument("replays", type=Path, help="folder of replays")
    scoring.add_argument("--rate", type=float, default=fit.RATE_HZ, help="poses per second")
    scoring.add_argument("--skip", type=int, default=0, help="begin so many poses later")
    scoring.add_argument("--sensitivity", default="normal", help="low, normal or high")
    scoring.set_defaults(run=_score)
    witnessing = commands.add_parser("witness", help="compare the rule with the activity model's label falling")
    witnessing.add_argument("replays", type=Path, help="folder of replays")
    witnessing.set_defaults(run=_witness)
    measuring = commands.add_parser("measure", help="run the daemon's own loop over labelled videos")
    measuring.add_argument("data", type=Path, help="folder of the data sets, with labelled_videos")
    measuring.add_argument("groups", nargs="+", choices=GROUPS, help="groups of videos")
    measuring.add_argument("--pose", default="pose", help="pose model, as in the configuration")
    measuring.add_argument("--rate", type=float, default=8.0, help="poses per second")
    measuring.add_argument("--sensitivity", default="normal", help="low, normal or high")
    measuring.set_defaults(run=_measure)
    args = parser.parse_args(argv)
    args.run(args)
    return 0


if __name__ == "__main__":
    sys.exit(main())
