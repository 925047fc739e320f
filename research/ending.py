"""How a command of research ends: with one line where something is wrong, as haredge's own do."""

from __future__ import annotations

import sys
from collections.abc import Callable

from haredge.core.errors import HaredgeError


def exit_status(run: Callable[[], object]) -> int:
    """Run a command and return its exit status; what a person can put right is one line on standard error."""
    try:
        run()
    except HaredgeError as error:
        sys.stderr.write(f"haredge: {error}\n")
        return error.exit_status
    except OSError as error:
        sys.stderr.write(f"haredge: {error.filename}: {error.strerror}\n" if error.filename else f"haredge: {error}\n")
        return 1
    return 0
