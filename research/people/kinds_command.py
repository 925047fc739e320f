"""Measure how well people are seen by posture, view, size and light, for any networks in the same run.

A network is [TITLE=]FILE[@SIDE], as for ``evaluate``. Each is measured at the score at which at most 0.02 of the empty
rooms show a person.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from research.people.kinds import Seen, kinds, read_people, seen
from research.people.measured import Network, say
from research.people.sight import room_images


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--shared", type=Path, required=True, help="data's folder")
    parser.add_argument("networks", nargs="+", metavar="[TITLE=]FILE[@SIDE]", help="network to measure")


def run(arguments: argparse.Namespace) -> None:
    """Measure, and print a table: found, PCK, left is left."""
    rooms = room_images(arguments.shared, "test")
    networks = [Network.open(text) for text in arguments.networks]
    thresholds = [network.threshold(rooms) for network in networks]
    titles = [f"{one.title} ({least:.2f})" for one, least in zip(networks, thresholds, strict=True)]
    say("| | people | " + " | ".join(titles) + " |")
    say("|---" * (2 + len(titles)) + "|")
    for name, people in kinds(read_people(arguments.shared)).items():
        cells = [_cell(seen(network.find, people, least)) for network, least in zip(networks, thresholds, strict=True)]
        say(f"| {name} | {len(people)} | " + " | ".join(cells) + " |")


def _cell(one: Seen) -> str:
    return f"{one.found:.2f} {one.pck:.2f} {one.left_is_left:.2f}"
