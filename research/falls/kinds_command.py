"""Measure the rule on simulated falls, by the way of falling, the camera's height and the fall's direction."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final

import numpy as np

from haredge.core.sensitivity import SENSITIVITIES
from haredge.evaluation.ranges import likely_range
from haredge.falls.watch import FallWatch
from haredge.terminal import say
from research.falls.fit import RATE_HZ
from research.falls.score import Score
from research.falls.simulate import WAYS, Circumstances, falling

Kind = Callable[[Circumstances], bool]


def _by(way: str) -> Kind:
    return lambda one: one.way == way


KINDS: Final[dict[str, Kind]] = {
    "all": lambda _: True,
    **{way.replace("_", " "): _by(way) for way in dict.fromkeys(WAYS)},
    "camera below 1.2 m": lambda one: one.camera_m < 1.2,
    "camera at 1.2 to 2 m": lambda one: 1.2 <= one.camera_m < 2.0,
    "camera above 2 m": lambda one: one.camera_m >= 2.0,
    "across the view": lambda one: one.across >= np.sin(np.radians(60)),
    "aslant": lambda one: np.sin(np.radians(30)) <= one.across < np.sin(np.radians(60)),
    "towards the camera or away from it": lambda one: one.across < np.sin(np.radians(30)),
    "furniture in the room": lambda one: one.furniture,
    "no furniture": lambda one: not one.furniture,
}
"""Rows of the table: of which falls each counts."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--count", type=int, default=700, help="falls (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=5, help="chooses them (default: %(default)s)")
    parser.add_argument("--sensitivity", default="normal", choices=SENSITIVITIES, help="default: %(default)s")


def run(args: argparse.Namespace) -> None:
    """Simulate falls, and print a table of those reported, with the likely range (95 %) of the share."""
    rng = np.random.default_rng(args.seed)
    scores = {kind: Score() for kind in KINDS}
    for index in range(args.count):
        scene = falling(index, rng)
        replay, how = scene.replay(index, "simulated").thinned(RATE_HZ), scene.circumstances
        alarms = list(replay.alarms(FallWatch(args.sensitivity)))
        for kind, counts in KINDS.items():
            if how is not None and counts(how):
                scores[kind].add(replay, alarms)
    say("| falls | reported | share | |", "|---|---|---|---|")
    for kind, score in scores.items():
        say(_row(kind, score))


def _row(kind: str, score: Score) -> str:
    if not score.falls:
        return f"| {kind} | none of none | | |"
    share = score.reported / score.falls
    low, high = likely_range(share, score.falls)
    return f"| {kind} | {score.reported} of {score.falls} | {share:.2f} | {low:.2f} to {high:.2f} |"
