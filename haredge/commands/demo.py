"""``haredge demo``: a synthetic person, and what is recognised of them, on a page or on the terminal."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
import time
import webbrowser
from contextlib import nullcontext
from importlib.util import find_spec
from typing import Final

from haredge.service.signals import Signals

WAIT_S: Final = 60.0
"""Longest time until the page is served."""

POLL_S: Final = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge demo``."""
    parser.add_argument("--no-page", action="store_true", help="show it on the terminal alone")


def run(args: argparse.Namespace) -> int:
    """Run until Ctrl-C; nothing is published, no camera is opened, no configuration is read."""
    signals = Signals()
    signals.listen()
    from haredge.config.schema import Config, ViewConfig  # noqa: PLC0415
    from haredge.service.daemon import Daemon  # noqa: PLC0415
    from haredge.service.sink_context import Output  # noqa: PLC0415

    pages = not args.no_page and has_pages()
    view = ViewConfig(enabled=pages)
    if pages:
        print(f"the page: http://127.0.0.1:{view.port}/ (Ctrl-C ends)", flush=True)
        if has_display():
            threading.Thread(target=_show, args=(view.port,), daemon=True).start()
    elif not args.no_page:
        print("for a page to watch: pip install 'haredge[web]'", flush=True)
    Daemon(lambda: Config(source="test:", view=view), nullcontext, signals, Output(dry_run=True)).run()
    return 0


def has_pages() -> bool:
    """Return whether the pages' libraries are installed."""
    return all(find_spec(name) for name in ("starlette", "uvicorn", "prometheus_client"))


def has_display() -> bool:
    """Return whether a browser has a screen to open on."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _show(port: int) -> None:
    """Open the page once it is served."""
    end = time.monotonic() + WAIT_S
    while not (served := _answers(port)) and time.monotonic() < end:
        time.sleep(POLL_S)
    if served:
        webbrowser.open(f"http://127.0.0.1:{port}/")


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except OSError:
        return False
    return True
