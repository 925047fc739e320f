"""``haredge`` without a command: the daemon."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from haredge.commands.arguments import add_overrides, load_config, overridden
from haredge.commands.desktop import has_desktop, open_page
from haredge.service.signals import Signals

if TYPE_CHECKING:
    from haredge.config.schema import Config

log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge`` without a command."""
    add_overrides(parser)
    parser.add_argument("--dry-run", action="store_true", help="publish nothing: show it on standard output")
    parser.add_argument("--json", action="store_true", help="with --dry-run: JSON lines even on a terminal")
    parser.add_argument(
        "--no-browser", action="store_true", help="with --dry-run of a camera on a desktop: do not open the live page"
    )
    parser.set_defaults(refuse=parser.error)


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT, or the end of a file.

    Raises the errors of the configuration, the models and the source.
    """
    if args.json and not args.dry_run:
        args.refuse("argument --json: only with --dry-run")
    signals = Signals()
    signals.listen()  # before the imports, which take a second: SIGHUP would end the process
    from haredge.config.load import find, with_config_line  # noqa: PLC0415
    from haredge.config.places import state_folder  # noqa: PLC0415
    from haredge.service.daemon import Daemon  # noqa: PLC0415
    from haredge.service.sink_context import Output  # noqa: PLC0415
    from haredge.service.state_lock import held  # noqa: PLC0415

    output = Output(dry_run=args.dry_run, json_lines=args.json, show_page=page_opener(args))

    def located() -> AbstractContextManager[None]:
        return with_config_line(args.config or find(), overridden(args))

    with located(), held(None if args.dry_run else state_folder()):
        daemon = Daemon(lambda: load_config(args), located, signals, output)
        log.info("in use: %s", ", ".join(in_use(args.config or find(), daemon.config, kept=not args.dry_run)))
        daemon.run()
    return 0


def page_opener(
    args: argparse.Namespace, terminal: TextIO = sys.stdout, environ: Mapping[str, str] = os.environ
) -> Callable[[str], None] | None:
    """Return what opens the live page; None unless a person tries haredge out on the machine before them."""
    tried = args.dry_run and not args.json and not args.no_browser and terminal.isatty()
    return open_page if tried and has_desktop(environ) else None


def in_use(file: Path | None, config: Config, *, kept: bool) -> Iterator[str]:
    """Yield the file, source, models and, if state is ``kept``, folder that are in use: they may not be those expected.

    A password in the source is starred, in a pipeline's property with blanks too, which the log would not know for one.
    """
    from haredge.config.places import state_folder  # noqa: PLC0415
    from haredge.core.address import redacted  # noqa: PLC0415
    from haredge.models.catalog import find_model  # noqa: PLC0415

    yield f"configuration {file.absolute()}" if file else "no configuration file"
    yield f"source {redacted(config.source)}"
    yield f"pose network {find_model(config.pose.model)}"
    yield f"activity model {find_model(config.activity.model)}"
    if config.activity.still_model is not None:
        yield f"still model {find_model(config.activity.still_model)}"
    if kept:
        yield f"state {state_folder()}"
