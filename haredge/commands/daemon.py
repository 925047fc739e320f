"""``haredge`` without a command: the daemon."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager

from haredge.commands.arguments import add_overrides, load_config
from haredge.service.signals import Signals


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge`` without a command."""
    add_overrides(parser)
    parser.add_argument("--dry-run", action="store_true", help="publish nothing: show it on standard output")
    parser.add_argument("--json", action="store_true", help="with --dry-run: JSON lines even on a terminal")


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT, or the end of a file.

    Raises the errors of the configuration, the models and the source.
    """
    signals = Signals()
    signals.listen()  # before the imports, which take a second: SIGHUP would end the process
    from haredge.config.load import find, with_config_line  # noqa: PLC0415
    from haredge.service.daemon import Daemon  # noqa: PLC0415
    from haredge.service.sink_context import Output  # noqa: PLC0415

    output = Output(dry_run=args.dry_run, json_lines=args.json)

    def located() -> AbstractContextManager[None]:
        return with_config_line(args.config or find())

    with located():
        Daemon(lambda: load_config(args), located, signals, output).run()
    return 0
