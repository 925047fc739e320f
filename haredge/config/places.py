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
    home = environ.get("XDG_STATE_HOME") or Path(
        (environ.get("HOME") or environ.get("USERPROFILE", "/")), ".local", "state"
    )
    return _service_state(environ) or Path(home, "haredge")


def runtime_folder(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return systemd's ``RuntimeDirectory``, which outlives a restart, or what a container has for it; None without."""
    first = environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    return Path(first) if first else None


def machine_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the machine's state, for every user: systemd's ``StateDirectory``, or the service's."""
    return _service_state(environ) or MACHINE


def shipped_folder() -> Path:
    """Return the folder of what came with haredge: its source tree, else ``<sys.prefix>/share/haredge``."""
    return source_tree() or Path(sys.prefix, "share", "haredge")


def _service_state(environ: Mapping[str, str]) -> Path | None:
    """Return systemd's ``StateDirectory``, the first if there are several."""
    first = environ.get("STATE_DIRECTORY", "").partition(":")[0]
    return Path(first) if first else None
