"""``python -m research.falls``: simulate falls, extract poses from videos, fit the fall rule, measure it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import haredge.falls.fitted
from research.falls import fit
from research.falls.replay import load_all
from research.falls.score import Score
from research.falls.simulate import simulated


def _simulate(args: argparse.Namespace) -> None:
    for replay in simulated(args.count, args.seed):
        replay.save(args.replays)


def _fit(args: argparse.Namespace) -> None:
    replays = load_all(args.replays)
    parts = fit.halves(replays)
    rules = [fit.fit(fit.examples(part, seed)) for seed, part in enumerate(parts)]
    tested = [[usual for replay in part if (usual := replay.thinned(fit.RATE_HZ)).frames] for part in parts]
    real = [[replay for replay in part if replay.group not in fit.WEIGHT] for part in tested]
    curve = {}
    for threshold in fit.GRID:
        curve[threshold] = fit.crosswise(rules, real, threshold)
        _print(f"{threshold:.2f}", curve[threshold])
    chosen = fit.levels(curve)
    _print(f"all, at {chosen['normal'].possible:.2f}", fit.crosswise(rules, tested, chosen["normal"].possible))
    rule = replace(fit.fit(fit.examples(replays, 2)), thresholds=chosen)
    fit.write(Path(haredge.falls.fitted.__file__), rule)


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
    fitting = commands.add_parser("fit", help="fit the numbers on replays, and write haredge/falls/fitted.py")
    fitting.add_argument("replays", type=Path, help="folder of replays")
    fitting.set_defaults(run=_fit)
    args = parser.parse_args(argv)
    args.run(args)
    return 0


if __name__ == "__main__":
    sys.exit(main())
