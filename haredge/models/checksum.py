"""The SHA-256 of a file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

_PIECE: Final = 1 << 20


def sha256_of(file: Path) -> str:
    """Return a file's SHA-256 in 64 small hexadecimal digits. Raises OSError."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
