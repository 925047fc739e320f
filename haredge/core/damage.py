"""What reading a file of unknown origin raises if it is damaged."""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from typing import Final

ZIP_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""A zip that is damaged, packed in an unknown way, or has a password."""

ARRAY_DAMAGE: Final = (*ZIP_DAMAGE, ValueError, KeyError, TypeError, SyntaxError, tokenize.TokenError)
"""Numpy's .npz, the same or one whose header, which numpy evaluates, is; or which lacks an array."""
