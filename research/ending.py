"""How a command of research ends: with one line where something is wrong, as haredge's own do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from haredge.core.errors import HaredgeError, RuntimeMissingError


def exit_status(run: Callable[[], object]) -> int:
    """Run a command and return its exit status; what a person can put right is one line on standard error."""
    try:
        run()
    except HaredgeError as error:
        sys.stderr.write(f"haredge: {error}\n")
        return error.exit_status
    except ModuleNotFoundError as error:
        sys.stderr.write(f"haredge: {_missing(error)}\n")
        return RuntimeMissingError.exit_status
    except OSError as error:
        sys.stderr.write(f"haredge: {error.filename}: {error.strerror}\n" if error.filename else f"haredge: {error}\n")
        return 1
    return 0


_LIBRARIES: Final = ("av", "matplotlib", "openvino", "scipy", "tensorflow", "tf_keras", "torch", "tqdm")
"""What setup.cfg's extra train-pose brings."""


def _missing(error: ModuleNotFoundError) -> str:
    """Return what to install; raises the error again if it is of no library that some commands do without."""
    library = (error.name or "").partition(".")[0]
    if library not in _LIBRARIES:
        raise error
    return f"this needs {library}, which is not installed: pip install 'haredge[train-pose]'"
