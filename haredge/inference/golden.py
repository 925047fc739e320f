"""Golden inputs: what a model was given, and what it answered, when it was made; a file of arrays beside the model.

An inference engine, or an encoding, that is not what the model was measured with answers otherwise.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.damage import ARRAY_DAMAGE
from haredge.core.errors import ModelError
from haredge.core.printable import one_line
from haredge.core.regular_file import read_regular

Floats = NDArray[np.float32]

TOLERANCE: Final = 0.02
"""Most by which a probability may differ: a few steps of the int8 output."""

MOST_BYTES: Final = 16 << 20
"""Of the file, and of each array in it: a window of poses takes 1.8 kB."""


def read_golden(path: Path, inputs: str, called: str) -> tuple[NDArray[Any], Floats]:
    """Read the array named ``inputs``, of floats or of bytes, and ``probabilities`` (n, labels).

    ``called`` is what messages call the inputs, such as "windows". Raises :class:`ModelError` if they are missing,
    damaged or too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(read_regular(path, MOST_BYTES))) as archive:
            given, expected = (_array(archive, name) for name in (inputs, "probabilities"))
    except OSError as error:
        raise ModelError(f"{path}: cannot read the model's golden {called}: {error.strerror}") from None
    except ARRAY_DAMAGE as error:
        raise ModelError(f"{path}: cannot read the model's golden {called}: {one_line(error)}") from None
    return given, expected.astype(np.float32)


def check_answers(path: Path, answers: Floats, expected: Floats, called: str) -> None:
    """Raise :class:`ModelError` if a model's answers to the golden inputs in ``path`` are not those expected."""
    if answers.shape != expected.shape:
        raise ModelError(f"{path}: made for another model: {expected.shape} answers")
    worst = float(np.abs(answers - expected).max())
    if not worst <= TOLERANCE:  # which NaN is not
        raise ModelError(
            f"{path.parent}: gives incorrect answers to the {called} in {path.name} (off by {worst:.3f}, allowed are "
            f"{TOLERANCE}): this inference engine or version of haredge does not suit the model"
        )


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """Read an array of floats or bytes without believing what the archive or the array says of its own size."""
    with archive.open(f"{name}.npy") as member:
        content = io.BytesIO(member.read(MOST_BYTES + 1))
    if content.getbuffer().nbytes > MOST_BYTES:
        raise ValueError(f"{name} is larger than {MOST_BYTES >> 20} MiB")
    if np.lib.format.read_magic(content) != (1, 0):
        raise ValueError(f"{name} is of another version of the format")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(content)
    if not (dtype.kind == "f" or dtype == np.uint8) or fortran:
        raise ValueError(f"{name} is not an array of floats in C order")
    return np.frombuffer(content.read(), dtype).reshape(shape)
