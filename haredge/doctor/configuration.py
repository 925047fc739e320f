"""The check of the configuration: which one it is, and who can read it."""

from __future__ import annotations

import shlex
import stat
from pathlib import Path
from typing import Final

from haredge.config.schema import Config
from haredge.core.address import redacted
from haredge.doctor import OK, WARN, Check

SERVICES: Final = Path("/etc/haredge")
"""Where the services' configurations lie, and the group that may read them."""

READERS: Final = "haredge-config"


def configuration(path: Path | None, config: Config) -> Check:
    """Warn of a file that holds the password of a camera and that others can read."""
    if path is None:
        return Check("configuration", OK, "no file: the defaults")
    if redacted(config.source) == config.source or not path.stat().st_mode & stat.S_IROTH:
        return Check("configuration", OK, str(path))
    words = f"{path}: others can read it, and source holds a password"
    return Check("configuration", WARN, words, _remedy(path))


def _remedy(path: Path) -> str:
    name = shlex.quote(str(path))
    if path.parent == SERVICES:
        return f"sudo chgrp {READERS} {name} && sudo chmod 640 {name}"
    return f"chmod 600 {name}"
