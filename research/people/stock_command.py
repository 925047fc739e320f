"""Measure how well the people of the stock photographs kept for validation are seen, several of them in many.

A network is [TITLE=]FILE[@SIDE], as for ``evaluate``. Each is measured at the score at which at most 0.02 of the empty
rooms show a person. The photographs are labelled once, into WORK/stock.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from research.people.labelling import Labeller
from research.people.measured import Network, say
from research.people.sight import room_images
from research.people.stock import label, labelled_by_eye, measure
from research.people.teachers import MultiPose, Thunder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--shared", type=Path, required=True, help="data's folder")
    parser.add_argument(
        "--multipose", type=Path, required=True, help="MoveNet MultiPose's .tflite file, for the labels"
    )
    parser.add_argument("networks", nargs="+", metavar="[TITLE=]FILE[@SIDE]", help="network to measure")


def run(arguments: argparse.Namespace) -> None:
    """Label, measure, and print a row a network."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    thunder = Thunder(arguments.shared / "models" / "movenet_thunder_int8w.tflite")
    shelf = label(arguments.work / "stock", arguments.shared, Labeller(MultiPose(arguments.multipose), thunder))
    rooms = room_images(arguments.shared, "test")
    several = sum(len(one.boxes) > 1 for one in shelf.labels)
    say(f"{len(shelf)} photographs, {several} of several people")
    say("| | threshold | PCK at a tenth | found, of people in company | false, a photograph | another's keypoints |")
    say("|---|---|---|---|---|---|")
    for text in arguments.networks:
        network = Network.open(text)
        threshold = network.threshold(rooms)
        one = measure(network.find, shelf, threshold, labelled_by_eye())
        say(
            f"| {network.title} | {threshold:.2f} | {one.pck:.3f} | {one.found:.3f} of {one.people} | {one.false:.3f} "
            f"| {one.strangers:.3f} |"
        )
