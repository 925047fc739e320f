"""Archives of unknown origin, zips and numpy's .npz: regular files of a bounded size, which may be damaged."""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.lib.npyio import NpzFile

from haredge.core.damage import ARRAY_DAMAGE
from haredge.core.regular_file import open_regular

MOST_BYTES: Final = 4 << 30
"""Of all arrays of a file, unpacked; the motion capture that training reads has less than 1 GiB."""

UNREADABLE: Final = (OSError, MemoryError, *ARRAY_DAMAGE)
"""What reading the arrays of a file that is missing or damaged, or lacks an array, raises."""


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip, and nothing but a regular file. Raises OSError and ``ZIP_DAMAGE``."""
    with os.fdopen(open_regular(path), "rb") as file, zipfile.ZipFile(file) as archive:
        yield archive


def member(archive: zipfile.ZipFile, name: str, most_bytes: int) -> bytes:
    """Return the content of a zip's file of at most ``most_bytes``. Raises OSError, KeyError and ``ZIP_DAMAGE``."""
    with archive.open(name) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {most_bytes / 1e6:g} MB", name)
    return content


@contextmanager
def open_arrays(path: Path) -> Iterator[NpzFile]:
    """Open a .npz file, whose arrays are read when they are asked for. Raises :data:`UNREADABLE`, as does reading."""
    with os.fdopen(open_regular(path), "rb") as file:
        arrays = np.load(file, allow_pickle=False)
        if not isinstance(arrays, NpzFile) or arrays.zip is None:
            raise TypeError("a single array")
        with arrays:
            sizes: list[int] = [info.file_size for info in arrays.zip.infolist()]
            if sum(sizes) > MOST_BYTES:
                raise ValueError(f"larger than {MOST_BYTES >> 30} GiB, unpacked")
            yield arrays
