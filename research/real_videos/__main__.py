"""``python -m research.real_videos``: what activity models learn of real video, and when their labels are reported."""

from __future__ import annotations

import argparse
import sys

from research.ending import exit_status
from research.real_videos import distant_command, live_command, reported_command, rules_command, tables_command


def main() -> int:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(prog="python -m research.real_videos", description=__doc__)
    commands = parser.add_subparsers(required=True)
    parts = {
        "tables": tables_command,
        "live": live_command,
        "rules": rules_command,
        "reported": reported_command,
        "distant": distant_command,
    }
    for name, module in parts.items():
        command = commands.add_parser(name, help=module.__doc__, description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    args = parser.parse_args()
    return exit_status(lambda: args.run(args))


if __name__ == "__main__":
    sys.exit(main())
