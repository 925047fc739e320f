"""Reading model files, which takes no engine and no numpy."""

from __future__ import annotations

import hashlib
from pathlib import Path

from haredge.core.errors import ModelError
from haredge.inference.engines import HEAD, recognise


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
    if not path.is_file():
        raise ModelError(f"{path}: {'not a model file' if path.exists() else 'no such model file'}")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            recognise(head, str(path))
            return head + file.read()
    except OSError as error:
        raise ModelError(f"{path}: cannot read the model file: {error.strerror}") from error
