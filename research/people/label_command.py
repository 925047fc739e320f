"""Label the images of all sources; a run that was stopped goes on where it was, kept labels are taken as they are."""

from __future__ import annotations

import argparse
import logging
import time
from pathlib import Path

from research.people.kept import kept_labels
from research.people.labelling import BoxLabeller, Labeller
from research.people.shelf import ShelfWriter
from research.people.sources import SOURCES, read_source
from research.people.teachers import MultiPose, Thunder

_LOG = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--shared", type=Path, required=True, help="folder with people, lspet, labelled_videos, ...")
    parser.add_argument("--multipose", type=Path, required=True, help="MoveNet MultiPose's .tflite file")
    parser.add_argument("--portion", type=int, default=300, help="images of a source in turn (default: %(default)s)")
    parser.add_argument(
        "--sources", nargs="+", default=SOURCES, choices=SOURCES, help="sources to label, in this order"
    )
    parser.add_argument(
        "--boxes", action="store_true", help="label where people are, and only such keypoints as the source has"
    )


def run(arguments: argparse.Namespace) -> None:
    """Label until all images are done."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    labeller = _labeller(arguments)
    left = list(arguments.sources)
    while left:
        left = [source for source in left if not _label_portion(source, labeller, arguments)]


def _labeller(arguments: argparse.Namespace) -> Labeller | BoxLabeller:
    multipose = MultiPose(arguments.multipose)
    if arguments.boxes:
        return BoxLabeller(multipose)
    return Labeller(multipose, Thunder(arguments.shared / "models" / "movenet_thunder_int8w.tflite"))


def _label_portion(source: str, labeller: Labeller | BoxLabeller, arguments: argparse.Namespace) -> bool:
    """Label a source's next images; return whether it is done. Images whose labels are kept do not count."""
    writer, started = ShelfWriter(arguments.work / "labels", source), time.monotonic()
    known, before, labelled = {} if arguments.boxes else kept_labels(source), writer.count, 0
    for raw in read_source(source, arguments.shared, before):
        kept = known.get(raw.name)
        writer.add(raw.image, kept or labeller.label(raw))
        labelled += kept is None
        if labelled == arguments.portion:
            break
    rate = (writer.count - before) / (time.monotonic() - started)
    _LOG.info("%s: %d images, %.1f per second", source, writer.count, rate)
    return labelled < int(arguments.portion)
