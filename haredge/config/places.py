"""Where haredge finds what came with it, and keeps what must outlive it.

Kept are events that wait, whether detection was switched off, installed models.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from haredge.core.extras import source_tree

MACHINE: Final = Path("/var/lib/haredge")
"""The state of the service, which is this machine's."""


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of this process's state, which need not exist yet.

    It is systemd's ``StateDirectory`` if there is one, else the user's: ``$XDG_STATE_HOME/haredge``, by default
    ``~/.local/state/haredge``.
    """
    return _first_of(environ, "STATE_DIRECTORY") or user_place(environ, "XDG_STATE_HOME", ".local/state")


def runtime_folder(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return systemd's ``RuntimeDirectory``, which outlives a restart, or what a container has for it; None without."""
    return _first_of(environ, "RUNTIME_DIRECTORY")


def machine_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the machine's state, for every user: systemd's ``StateDirectory``, or the service's."""
    return _first_of(environ, "STATE_DIRECTORY") or MACHINE


def shipped_folder() -> Path:
    """Return the folder of what came with haredge: its source tree, else ``<sys.prefix>/share/haredge``."""
    return source_tree() or Path(sys.prefix, "share", "haredge")


def user_place(environ: Mapping[str, str], variable: str, usual: str) -> Path:
    """Return haredge's own folder in what a variable of the XDG's names, by default ``usual`` in the user's home."""
    home = environ.get("HOME") or environ.get("USERPROFILE", "/")
    return Path(environ.get(variable) or Path(home, usual), "haredge")


def _first_of(environ: Mapping[str, str], variable: str) -> Path | None:
    """Return the first of the folders that systemd names in a variable; None if there is none."""
    first = environ.get(variable, "").partition(":")[0]
    return Path(first) if first else None
