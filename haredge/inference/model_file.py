"""Reading model files, which takes no engine and no numpy."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from haredge.core.errors import ModelError
from haredge.core.regular_file import open_regular
from haredge.inference.engines import HEAD, recognise

MOST_BYTES: Final = 128 << 20
"""Of a model file."""


def read_model(model: Path | bytes, sha256: str | None = None) -> bytes:
    """Read a model file, which is not yet to say that it can be run.

    Raises :class:`ModelError` if it is missing, is of no format that an engine runs, or has another checksum than
    ``sha256``.
    """
    title, content = ("model", model) if isinstance(model, bytes) else (str(model), _read(model))
    recognise(content[:HEAD], title)
    if sha256 is not None and (found := hashlib.sha256(content).hexdigest()) != sha256:
        raise ModelError(
            f"{title}: not the file its manifest describes (sha256 {found[:12]}..., expected {sha256[:12]}...); "
            "install the model again"
        )
    return content


def _read(path: Path) -> bytes:
    """Read a file; only its first bytes if they show that it is not a model, as it may be long, such as a video."""
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            head = file.read(HEAD)
            recognise(head, str(path))
            content = head + file.read(MOST_BYTES)
    except FileNotFoundError:
        raise ModelError(f"{path}: no such model file") from None
    except IsADirectoryError:
        raise ModelError(f"{path}: not a model file") from None
    except OSError as error:
        raise ModelError(f"{path}: cannot read the model file: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise ModelError(f"{path}: too large: a model file has at most {MOST_BYTES >> 20} MiB")
    return content
