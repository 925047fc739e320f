"""Golden windows: windows with the answers that the model gave when it was made, in ``golden.npz`` beside it."""

from __future__ import annotations

import io
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity.window import LENGTH
from haredge.core.errors import ModelError
from haredge.core.keypoints import NAMES
from haredge.core.regular_file import read_regular
from haredge.manifest import GOLDEN

Floats = NDArray[np.float32]

MOST_BYTES: Final = 16 << 20
"""Of the file, and of each array in it: a window takes 1.8 kB."""

_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),  # the archive
    *(ValueError, KeyError, TypeError, SyntaxError, tokenize.TokenError),  # the header, which numpy evaluates
)


def read_golden(folder: Path) -> tuple[Floats, Floats]:
    """Read a model's golden windows: keypoints (n, 9, 17, 3) and probabilities (n, labels), n at least 1.

    Raises :class:`ModelError` if they are missing, damaged, too large, or of another shape.
    """
    path = folder / GOLDEN
    try:
        with zipfile.ZipFile(io.BytesIO(read_regular(path, MOST_BYTES))) as archive:
            windows, expected = (_array(archive, name) for name in ("keypoints", "probabilities"))
    except OSError as error:
        raise ModelError(f"{path}: cannot read the model's golden windows: {error.strerror}") from None
    except _DAMAGED as error:
        words = " ".join(str(error).split())
        raise ModelError(f"{path}: cannot read the model's golden windows: {words}") from None
    if not len(windows) or windows.shape[1:] != (LENGTH, len(NAMES), 3):
        raise ModelError(f"{path}: golden windows have the shape (n, {LENGTH}, 17, 3), not {windows.shape}")
    return windows, expected


def _array(archive: zipfile.ZipFile, name: str) -> Floats:
    """Read an array of floats without believing what the archive or the array says of its own size."""
    with archive.open(f"{name}.npy") as member:
        content = io.BytesIO(member.read(MOST_BYTES + 1))
    if content.getbuffer().nbytes > MOST_BYTES:
        raise ValueError(f"{name} is larger than {MOST_BYTES >> 20} MiB")
    if np.lib.format.read_magic(content) != (1, 0):
        raise ValueError(f"{name} is of another version of the format")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(content)
    if dtype.kind != "f" or fortran:
        raise ValueError(f"{name} is not an array of floats in C order")
    return np.frombuffer(content.read(), dtype).reshape(shape).astype(np.float32)
