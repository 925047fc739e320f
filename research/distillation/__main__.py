"""``python -m research.distillation``: weights distilled from larger networks, to start a training with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from haredge.core.errors import HaredgeError
from research.distillation import distil_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the only command; a mistake of the user's is one line."""
    parser = argparse.ArgumentParser(
        prog="python -m research.distillation", description=distil_command.__doc__, epilog=distil_command.EPILOG
    )
    distil_command.add_arguments(parser)
    try:
        distil_command.run(parser.parse_args(arguments))
    except HaredgeError as error:
        print(f"haredge: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
