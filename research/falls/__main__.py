"""``python -m research.falls``: simulate falls, extract poses from videos, fit the fall rule, measure it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Final

from research.ending import exit_status
from research.falls import (
    extract_command,
    fit_command,
    kinds_command,
    live_command,
    measure_command,
    score_command,
    simulate_command,
    witness_command,
)

COMMANDS: Final[dict[str, ModuleType]] = {
    "simulate": simulate_command,
    "live": live_command,
    "extract": extract_command,
    "fit": fit_command,
    "score": score_command,
    "kinds": kinds_command,
    "witness": witness_command,
    "measure": measure_command,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command."""
    parser = argparse.ArgumentParser(prog="python -m research.falls", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, module in COMMANDS.items():
        command = commands.add_parser(name, help=module.__doc__, description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    args = parser.parse_args(argv)
    return exit_status(lambda: args.run(args))


if __name__ == "__main__":
    sys.exit(main())
