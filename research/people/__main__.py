"""Make the pose network that finds everybody: ``python -m research.people label | start | train``."""

from __future__ import annotations

import argparse
from pathlib import Path

from research.people import label_command, start_command, train_command


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(prog="research.people", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, module in (("label", label_command), ("start", start_command), ("train", train_command)):
        command = commands.add_parser(name, help=module.__doc__)
        command.add_argument(
            "--work", type=Path, required=True, help="folder outside the checkout for all that is made"
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
