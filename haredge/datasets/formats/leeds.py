"""The Leeds Sports Pose Extended set: joints labelled in photographs of sports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import DataError
from haredge.core.keypoints import INDEX, NAMES
from haredge.core.regular_file import read_regular
from haredge.datasets.matlab import MOST_BYTES, read_matlab
from haredge.datasets.pose_labels import Labels
from haredge.datasets.tables import decimal, read_rows

ORDER: Final = (
    "right_ankle",
    "right_knee",
    "right_hip",
    "left_hip",
    "left_knee",
    "left_ankle",
    "right_wrist",
    "right_elbow",
    "right_shoulder",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
)
"""The first twelve of the Leeds sets' fourteen joints; neck and top of the head have no place among COCO's."""


def read_lspet(folder: Path) -> Iterator[Labels]:
    """Yield the labels of the Leeds Sports Pose Extended set: ``joints.mat`` and, for scaled images, ``scale.csv``.

    Raises :class:`DataError` if they cannot be read.
    """
    joints, scales = _lsp_joints(folder / "joints.mat"), _scales(folder / "scale.csv")
    for index in range(joints.shape[2]):
        name = f"im{index + 1:05d}.jpg"
        yield Labels(name, _from_lsp(joints[:, :, index], scales.get(name, 1.0)), None)


def _lsp_joints(file: Path) -> NDArray[np.float32]:
    """Read x, y and visibility of 14 joints in each image."""
    try:
        variables = read_matlab(str(file), read_regular(file, MOST_BYTES))
        joints: NDArray[np.float32] = variables["joints"].astype(np.float32)
        if joints.shape[:2] != (14, 3):  # the smaller LSP set has its axes the other way about
            joints = joints.transpose(1, 0, 2)
    except DataError:
        raise
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{file.parent}: not the Leeds Sports Pose Extended set: {error}") from error
    if joints.shape[:-1] != (14, 3):
        raise DataError(f"{file}: 14 joints of three numbers each are needed, not {joints.shape}")
    return joints


def _scales(path: Path) -> dict[str, float]:
    if not path.exists():
        return {}
    heading, *rows = [row.cells for row in read_rows(path, ("file", "scale"))] or [[]]
    try:
        file, scale = heading.index("file"), heading.index("scale")
        return {row[file]: float(decimal(row[scale])) for row in rows}
    except (ValueError, IndexError) as error:
        raise DataError(f"{path}: not a table of file and scale: {error}") from None


def _from_lsp(joints: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    keypoints = np.zeros((len(NAMES), 3), np.float32)
    for joint, name in zip(joints, ORDER, strict=False):
        keypoints[INDEX[name]] = (*(joint[:2] * scale), joint[2] > 0)
    return keypoints
