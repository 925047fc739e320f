"""Files of MATLAB."""

from __future__ import annotations

import io

import numpy as np
import pytest

from haredge.core.errors import DataError
from haredge.datasets.matlab import read_matlab

savemat = pytest.importorskip("scipy.io").savemat


def compressed() -> bytes:
    """Write a file as MATLAB does by default."""
    file = io.BytesIO()
    savemat(file, {"x": np.arange(1000.0)}, do_compression=True)
    return file.getvalue()


def test_variables_are_read() -> None:
    """By their names."""
    assert read_matlab("a.mat", compressed())["x"].ravel().tolist() == list(range(1000))


@pytest.mark.parametrize("at", [140, 500, 900])
def test_damage_is_one_clear_error(at: int) -> None:
    """Whatever SciPy, or zlib below it, makes of the damage; a file that is cut off, too."""
    content = compressed()
    for damaged in (content[:at], content[:at] + b"\xff\xff\xff\xff" + content[at + 4 :]):
        with pytest.raises(DataError, match=r"^a\.mat: "):
            read_matlab("a.mat", damaged)


def test_a_file_of_matlab_7_3_says_what_to_do() -> None:
    """It is HDF5, which SciPy does not read."""
    content = b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + b"\x89HDF\r\n\x1a\n".ljust(1000)
    with pytest.raises(DataError, match=r"a\.mat: a file of version 7\.3 of MATLAB, .*-v7"):
        read_matlab("a.mat", content)
