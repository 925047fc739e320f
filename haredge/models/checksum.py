"""The SHA-256 of a file."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from haredge.core.regular_file import open_regular

_PIECE: Final = 1 << 20


def sha256_of(file: Path) -> str:
    """Return a regular file's SHA-256 in 64 lower-case hexadecimal digits. Raises OSError for any other file, too."""
    digest = hashlib.sha256()
    with os.fdopen(open_regular(file), "rb") as content:
        while piece := content.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
