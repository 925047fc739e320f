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
from research.falls import fit
from research.falls.extract import RATE_HZ, extract
from research.falls.measure import measure
from research.falls.replay import load_all
from research.falls.score import Score
from research.falls.simulate import simulated
from research.falls.videos import GROUPS, videos


def _simulate(args: argparse.Namespace) -> None:
    for replay in simulated(args.count, args.seed):
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
    settings = {"pose": {"model": args.pose, "max_people": 4}, "camera": {"rate_hz": RATE_HZ}}
    config = Config.model_validate(settings)
    networks = open_recogniser(config)
    for group in args.groups:
        for video in videos(args.data, group)[:: args.every]:
            extract(networks, config, video, args.replays)


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
        lines = [f"{group}: {measured}", *(f"    missed {name}" for name in measured.score.missed)]
        lines += [f"    false: {each}" for each in (*measured.score.false_possible, *measured.score.false_confirmed)]
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
    simulate.add_argument("--seed", type=int, default=2)
    simulate.set_defaults(run=_simulate)
    extracting = commands.add_parser("extract", help="write replays of labelled videos")
    extracting.add_argument("data", type=Path, help="folder of the data sets, with labelled_videos")
    extracting.add_argument("replays", type=Path, help="folder of replays")
    extracting.add_argument("groups", nargs="+", choices=GROUPS, help="groups of videos")
    extracting.add_argument("--pose", default="pose", help="pose model, as in the configuration")
    extracting.add_argument("--every", type=int, default=1, help="take every n-th video")
    extracting.set_defaults(run=_extract)
    fitting = commands.add_parser("fit", help="fit the numbers on replays, and write haredge/falls/fitted.py")
    fitting.add_argument("replays", type=Path, help="folder of replays")
    fitting.set_defaults(run=_fit)
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
