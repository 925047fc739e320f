"""Files of MATLAB, in which two data sets keep their labels."""

from __future__ import annotations

import io
from typing import Any, Final

from haredge.core.errors import DataError, RuntimeMissingError
from haredge.core.extras import how_to_install
from haredge.core.printable import one_line

MOST_BYTES: Final = 64 << 20
"""A larger file holds no labels: those of ten thousand images are 2 MB."""


def read_matlab(where: str, content: bytes) -> dict[str, Any]:
    """Return the variables that a file of MATLAB's versions up to 7 holds; ``where`` is for errors.

    Raises :class:`DataError` for what is none, or damaged.
    """
    try:
        from scipy.io import loadmat  # noqa: PLC0415  (scipy is an extra)
    except ImportError:
        raise RuntimeMissingError(f"{where}: reading it needs scipy: {how_to_install('train')}") from None
    try:
        variables: dict[str, Any] = loadmat(io.BytesIO(content))
    except NotImplementedError:
        raise DataError(f"{where}: a file of version 7.3 of MATLAB, which cannot be read; save it with -v7") from None
    except Exception as error:  # noqa: BLE001  (what SciPy raises for a damaged file is no documented set: zlib.error and others)
        raise DataError(f"{where}: damaged, or no file of MATLAB: {one_line(error)}") from None
    return variables
