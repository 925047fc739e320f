"""Tests of reading Penn Action, on files in its own form."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from haredge.activity.features import common_joints
from haredge.core.errors import DataError
from haredge.datasets.formats import penn_action

savemat = pytest.importorskip("scipy.io").savemat


def annotation(*, compressed: bool = False, **changes: Any) -> bytes:
    """Write an annotation of 20 frames as Penn Action has them."""
    x = np.arange(20 * 13, dtype=float).reshape(20, 13) + 10
    content = {"x": x, "y": x + 1, "visibility": np.ones((20, 13), np.uint8), "action": "squat", "train": 1}
    file = io.BytesIO()
    savemat(file, {**content, **changes}, do_compression=compressed)
    return file.getvalue()


ODD: Final = annotation(x=np.full((20, 13), "left", object))
"""Words where places should be."""


def test_a_zip_file_and_a_folder_give_the_same_clips(tmp_path: Path) -> None:
    """labels.zip and the folder that it unpacks to are read alike, in the order of the names."""
    (tmp_path / "labels").mkdir()
    with zipfile.ZipFile(tmp_path / "labels.zip", "w") as archive:
        for name, train in (("0002", -1), ("0001", 1)):
            archive.writestr(f"labels/{name}.mat", annotation(train=train))
            (tmp_path / "labels" / f"{name}.mat").write_bytes(annotation(train=train))
    zipped, unpacked = penn_action.read(tmp_path / "labels.zip"), penn_action.read(tmp_path / "labels")
    assert [(c.name, c.split, c.label) for c in zipped] == [("0001", "train", "squat"), ("0002", "test", "squat")]
    for a, b in zip(zipped, unpacked, strict=True):
        np.testing.assert_array_equal(a.keypoints, b.keypoints)


def test_joints_keep_their_places_and_their_visibility(tmp_path: Path) -> None:
    """The 13 joints come out as annotated; one in the corner is unseen, one hidden elsewhere has half a score."""
    x = np.full((20, 13), 50.0)
    x[:, 5] = 1
    visibility = np.ones((20, 13), np.uint8)
    visibility[:, [5, 6]] = 0
    (tmp_path / "1.mat").write_bytes(annotation(x=x, y=x, visibility=visibility))
    (clip,) = penn_action.read(tmp_path)
    places, seen = common_joints(clip.keypoints)
    assert not seen[:, 5].any()
    assert seen[:, [0, 1, 6, 12]].all()
    assert (places[:, 12] == 50).all()
    assert set(clip.keypoints[..., 2].ravel().tolist()) == {0.0, 0.5, 1.0}
    assert clip.duration_s == pytest.approx(19 / 30)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a mat file", annotation(x=np.zeros((20, 5))), annotation(action=3, train="?"), annotation()[:200], ODD],
)
def test_a_damaged_annotation_is_named(tmp_path: Path, content: bytes) -> None:
    """A file that is no annotation is an error that says which."""
    (tmp_path / "0007.mat").write_bytes(content)
    with pytest.raises(DataError, match="0007"):
        penn_action.read(tmp_path)


@pytest.mark.parametrize("at", range(150, 1200, 50))
def test_an_annotation_with_damage_inside_is_named(tmp_path: Path, at: int) -> None:
    """MATLAB compresses what it saves: a byte that is wrong there ends in one line with folder and file, too."""
    packed = bytearray(annotation(compressed=True))
    packed[at] ^= 0x55
    (tmp_path / "0007.mat").write_bytes(packed)
    with pytest.raises(DataError, match=rf"{re.escape(str(tmp_path))}: 0007\.mat"):
        penn_action.read(tmp_path)


def test_what_newer_versions_of_matlab_save_is_refused_with_the_way_out(tmp_path: Path) -> None:
    """Files of version 7.3 are HDF5, which scipy does not read."""
    head = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM"
    (tmp_path / "0007.mat").write_bytes(head + b"\x89HDF\r\n\x1a\n" + bytes(500))
    with pytest.raises(DataError, match=r"version 7\.3.*-v7"):
        penn_action.read(tmp_path)


@pytest.mark.parametrize("wrong", [1e30, np.nan, 1j])
def test_places_that_are_in_no_image_are_refused(tmp_path: Path, wrong: complex) -> None:
    """A number that cannot be a place is an error, not a joint far away."""
    (tmp_path / "0007.mat").write_bytes(annotation(x=np.full((20, 13), wrong)))
    with pytest.raises(DataError, match="0007"):
        penn_action.read(tmp_path)


def test_a_folder_without_annotations_is_an_error(tmp_path: Path) -> None:
    """An empty folder, or a zip file that is none, is an error that says what is wanted."""
    with pytest.raises(DataError, match=r"labels\.zip"):
        penn_action.read(tmp_path)
    (tmp_path / "labels.zip").write_bytes(b"PK?")
    with pytest.raises(DataError, match=r"labels\.zip"):
        penn_action.read(tmp_path / "labels.zip")


@pytest.mark.shared
def test_the_real_set_is_read_whole(shared: Path) -> None:
    """Penn Action has 2,326 clips of 15 actions, 1,258 of them for training."""
    clips = penn_action.read(shared / "penn_action/labels.zip")
    assert len(clips) == 2326
    assert sum(clip.split == "train" for clip in clips) == 1258
    assert {clip.label for clip in clips} == set(penn_action.LABELS)
