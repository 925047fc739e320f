"""Files of MATLAB (.mat), of unknown origin and perhaps damaged; scipy reads them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from haredge.core.errors import DataError, RuntimeMissingError
from haredge.core.regular_file import read_regular

MOST_BYTES: Final = 256 << 20
"""Of a file with all of a data set's annotations; those that are read here have 2 MB."""

Arrays = Mapping[str, Any]
"""Arrays by their names."""


def read_mat_file(path: Path) -> Arrays:
    """Return the arrays of a file. Raises OSError, and the errors of :func:`read_mat`."""
    load = _loader(str(path))
    return _arrays(load, read_regular(path, MOST_BYTES), str(path))


def read_mat(content: bytes, where: str) -> Arrays:
    """Return the arrays in a file's content; ``where`` says in messages which file it is.

    Raises :class:`DataError` if it is damaged or of a version that scipy does not read, and
    :class:`RuntimeMissingError` without scipy, which is an extra.
    """
    return _arrays(_loader(where), content, where)


def _loader(where: str) -> Callable[[io.BytesIO], Arrays]:
    try:
        from scipy.io import loadmat  # noqa: PLC0415  (an extra)
    except ImportError:
        raise RuntimeMissingError(f"{where}: reading it needs scipy: 'pip install haredge[train]'") from None
    load: Callable[[io.BytesIO], Arrays] = loadmat
    return load


def _arrays(load: Callable[[io.BytesIO], Arrays], content: bytes, where: str) -> Arrays:
    try:
        return load(io.BytesIO(content))
    except NotImplementedError:
        raise DataError(f"{where}: version 7.3 of MATLAB's files, which is not read; save it with '-v7'") from None
    except Exception as error:  # noqa: BLE001 - a damaged byte leads scipy to almost any of them
        raise DataError(f"{where}: damaged, or no file of MATLAB's: {' '.join(str(error).split())}") from None
