"""Make and measure the pose network that finds several people: ``python -m research.people COMMAND --help``."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Final

from research.ending import exit_status

COMMANDS: Final = {
    "label": "label the images of all sources; continues where it was stopped",
    "draw": "draw labelled images of synthetic people; continues where it was stopped",
    "keep": "keep the labels in the repository",
    "start": "make the weights to begin with out of MoveNet's",
    "factor": "write smaller weights, of layers as products of two",
    "features": "keep what a network computes of examples; continues where it was stopped",
    "fit": "fit a smaller network to what another says",
    "train": "train the network; continues where it was stopped",
    "mean": "write the mean of the weights of several trainings",
    "export": "convert weights to int8 TFLite files",
    "release": "write the model folder that is shipped",
    "evaluate": "measure how often people are found in single images, and how often by mistake in empty rooms",
    "validate": "measure networks on what is kept for choosing, as a training is watched by",
    "kinds": "measure how well people are seen by posture, view, size and light",
    "stock": "measure how well the people of stock photographs are seen",
    "follow": "measure how often people are found by the tracker",
    "beside": "measure what is reported of people whose clips are put side by side",
    "cost": "measure what four people cost beside one",
}


def main(arguments: list[str]) -> int:
    """Run one of the commands; only its own packages are needed, as training and conversion need different ones."""
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        lines = "".join(f"  {command:10}{text}\n" for command, text in COMMANDS.items())
        sys.exit(f"usage: python -m research.people COMMAND --work FOLDER ...\n\n{lines}")
    return exit_status(lambda: _run(name, arguments[1:]))


def _run(name: str, arguments: list[str]) -> None:
    module = importlib.import_module(f"research.people.{name}_command")
    parser = argparse.ArgumentParser(prog=f"research.people {name}", description=module.__doc__)
    parser.add_argument("--work", type=Path, help="folder outside the checkout for all that is made")
    module.add_arguments(parser)
    module.run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
