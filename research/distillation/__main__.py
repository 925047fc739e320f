"""``python -m research.distillation``: weights distilled from larger networks, to start a training with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from research.distillation import distil_command
from research.ending import exit_status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the only command; a mistake of the user's is one line."""
    parser = argparse.ArgumentParser(
        prog="python -m research.distillation", description=distil_command.__doc__, epilog=distil_command.EPILOG
    )
    distil_command.add_arguments(parser)
    args = parser.parse_args(arguments)
    return exit_status(lambda: distil_command.run(args))


if __name__ == "__main__":
    sys.exit(main())
