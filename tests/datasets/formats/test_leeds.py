"""Promises of the Leeds set: joints take their places among COCO's, and damage is one line."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from haredge.core.errors import DataError, RuntimeMissingError
from haredge.core.extras import how_to_install
from haredge.core.keypoints import INDEX
from haredge.datasets.formats.leeds import ORDER, read_lspet


def test_lspet_joints_become_coco_keypoints(tmp_path: Path) -> None:
    """The Leeds set's joints take their places among COCO's keypoints, scaled as its images were."""
    savemat = pytest.importorskip("scipy.io").savemat
    joints = np.zeros((14, 3, 2))
    joints[:, 0, :] = np.arange(14)[:, None] * 10
    joints[:12, 2, :] = 1
    joints[ORDER.index("left_wrist"), 2, 1] = 0
    savemat(tmp_path / "joints.mat", {"joints": joints})
    (tmp_path / "scale.csv").write_text("file,scale\nim00001.jpg,1.0\nim00002.jpg,0.5\n")
    first, second = read_lspet(tmp_path)
    assert (first.name, second.name) == ("im00001.jpg", "im00002.jpg")
    assert first.keypoints[INDEX["right_knee"]].tolist() == [10, 0, 1]
    assert second.keypoints[INDEX["right_knee"]].tolist() == [5, 0, 1]
    assert second.keypoints[INDEX["left_wrist"], 2] == 0
    assert not first.keypoints[:5].any()


def test_a_folder_without_the_leeds_set_is_refused(tmp_path: Path) -> None:
    """A folder without joints.mat is one clear error."""
    pytest.importorskip("scipy.io")
    with pytest.raises(DataError, match="not the Leeds Sports Pose"):
        list(read_lspet(tmp_path))


def test_damage_in_the_leeds_set_is_named(tmp_path: Path) -> None:
    """A byte that is wrong in a compressed joints.mat is one line."""
    savemat = pytest.importorskip("scipy.io").savemat
    savemat(tmp_path / "joints.mat", {"joints": np.arange(14 * 3 * 9.0).reshape(14, 3, 9)}, do_compression=True)
    content = bytearray((tmp_path / "joints.mat").read_bytes())
    content[250] ^= 0x55
    (tmp_path / "joints.mat").write_bytes(content)
    with pytest.raises(DataError, match=r"joints\.mat: damaged"):
        list(read_lspet(tmp_path))


@pytest.mark.parametrize("shape", [(2, 3), (14, 3), (14, 5, 2), (14, 3, 2, 2)])
def test_joints_that_are_not_the_leeds_sets_are_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    """Another array of that name is one clear error."""
    pytest.importorskip("scipy.io").savemat(tmp_path / "joints.mat", {"joints": np.zeros(shape)})
    with pytest.raises(DataError, match=r"Leeds Sports Pose|14 joints"):
        list(read_lspet(tmp_path))


@pytest.mark.parametrize(
    "text", ["", "name,scale\na.jpg,1\n", "file,scale\nim00001.jpg\n", "file,scale\nim00001.jpg,x\n"]
)
def test_a_table_of_scales_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    """It is one clear error, of the table and not of the labels."""
    pytest.importorskip("scipy.io").savemat(tmp_path / "joints.mat", {"joints": np.zeros((14, 3, 1))})
    (tmp_path / "scale.csv").write_text(text)
    with pytest.raises(DataError, match=r"scale\.csv: not a table of file and scale"):
        list(read_lspet(tmp_path))


def test_a_set_that_needs_a_missing_library_names_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, not a traceback."""
    monkeypatch.setitem(sys.modules, "scipy.io", None)
    (tmp_path / "joints.mat").write_bytes(b"joints")
    with pytest.raises(RuntimeMissingError, match=re.escape(how_to_install("train"))):
        list(read_lspet(tmp_path))
