"""``haredge demo``: a synthetic person, and what is recognised of them, on a page or on the terminal."""

from __future__ import annotations

import argparse
from contextlib import nullcontext

from haredge.commands.desktop import has_desktop, open_page
from haredge.service.signals import Signals
from haredge.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge demo``."""
    parser.add_argument("--no-page", action="store_true", help="show it on the terminal alone")


def run(args: argparse.Namespace) -> int:
    """Run until Ctrl-C; nothing is published, no camera is opened, no configuration is read."""
    signals = Signals()
    signals.listen()
    from haredge.config.schema import Config  # noqa: PLC0415
    from haredge.service.daemon import Daemon  # noqa: PLC0415
    from haredge.service.sink_context import Output  # noqa: PLC0415

    output = Output(dry_run=True, show_page=None if args.no_page else announce)
    Daemon(lambda: Config(source="test:"), nullcontext, signals, output).run()
    return 0


def announce(url: str) -> None:
    """Say where the page is, and open it if there is a screen to open it on."""
    say(f"the page: {url} (Ctrl-C ends)")
    if has_desktop():
        open_page(url)
