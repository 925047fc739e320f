"""Whether the person who reads the terminal has a screen that a page can be opened on, and opening one there."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from typing import Final

SSH: Final = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
"""What a shell has that was opened from another machine: its screen, if it has one, is not this one's."""


def has_desktop(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Return whether a browser would open in front of who reads the terminal."""
    if any(environ.get(name) for name in SSH):
        return False
    return not platform.startswith("linux") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_page(url: str, browse: Callable[[str], object] = webbrowser.open) -> None:
    """Open a page in the person's browser; returns at once, since some browsers do so only when they are closed."""
    threading.Thread(target=browse, args=(url,), daemon=True).start()
