"""Promises of haredge.commands.desktop: a page opens only in front of who tries haredge out."""

from __future__ import annotations

import argparse
import io
import queue

import pytest

from haredge.commands import daemon
from haredge.commands.daemon import page_opener
from haredge.commands.desktop import has_desktop, open_page


class Terminal(io.StringIO):
    """A terminal that a person reads."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("environ", "platform", "desktop"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ""}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "192.0.2.1 5000 192.0.2.2 22"}, "linux", False),
        ({"SSH_TTY": "/dev/ttys001"}, "darwin", False),
    ],
)
def test_a_desktop_is_a_screen_before_the_reader(environ: dict[str, str], platform: str, desktop: bool) -> None:
    """Over SSH the screen, if there is one, is elsewhere."""
    assert has_desktop(environ, platform) == desktop


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    daemon.add_arguments(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize(
    ("words", "opens"),
    [
        (["--dry-run"], True),
        (["--dry-run", "--source", "1"], True),
        (["--dry-run", "--no-browser"], False),
        (["--dry-run", "--json"], False),
        ([], False),
    ],
)
def test_a_dry_run_before_a_person_opens_the_page(words: list[str], opens: bool) -> None:
    """The daemon itself never does, nor a program that reads its output."""
    desktop = {"WAYLAND_DISPLAY": "wayland-0"}
    assert (page_opener(parsed(*words), Terminal(), desktop) is not None) == opens
    assert page_opener(parsed(*words), io.StringIO(), desktop) is None
    assert page_opener(parsed(*words), Terminal(), {**desktop, "SSH_CLIENT": "192.0.2.1 5000 22"}) is None


def test_a_browser_that_stays_keeps_no_one_waiting() -> None:
    """Text browsers return when they are left."""
    asked: queue.Queue[str] = queue.Queue()
    left: queue.Queue[None] = queue.Queue()

    def browse(url: str) -> None:
        asked.put(url)
        left.get()

    open_page("http://127.0.0.1:1/", browse)
    assert asked.get(timeout=60) == "http://127.0.0.1:1/"
    left.put(None)
