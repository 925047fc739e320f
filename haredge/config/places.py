"""Where haredge keeps what must outlive it: events that wait, and whether it was switched off."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder, which need not exist yet.

    systemd's ``StateDirectory`` where there is one (the first, where there are several), else the user's:
    ``$XDG_STATE_HOME/haredge``, by default ``~/.local/state/haredge``.
    """
    given = environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if given:
        return Path(given)
    home = environ.get("XDG_STATE_HOME") or Path(environ.get("HOME", "/"), ".local", "state")
    return Path(home) / "haredge"
