"""Promises of labelled images: joints are where the set says, and what cannot be read is one line."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from haredge.core.errors import DataError, RuntimeMissingError
from haredge.core.extras import how_to_install
from haredge.core.keypoints import INDEX, NAMES
from haredge.datasets.pose_images import LSP_ORDER, ImageSet, read_coco, read_lspet


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, value in (("a.jpg", 40), ("sub/b.png", 200)):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((8, 6, 3), value, np.uint8))
    return tmp_path / "pictures"


def test_a_zip_and_a_folder_are_the_same_album(folder: Path, tmp_path: Path) -> None:
    """Images are read alike from a folder and from an archive of it."""
    archive = tmp_path / "pictures.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(folder.rglob("*.*")):
            file.write(path, path.relative_to(folder).as_posix())
    assert ImageSet(folder).names() == ImageSet(archive).names() == ["a.jpg", "sub/b.png"]
    np.testing.assert_array_equal(ImageSet(folder).image("sub/b.png"), ImageSet(archive).image("sub/b.png"))


def test_an_album_has_all_that_is_an_image_elsewhere(folder: Path) -> None:
    """What `haredge recognise` takes from a folder, a scanner's TIFF say, is measured on, too."""
    cv2.imwrite(str(folder / "c.tiff"), np.full((8, 6, 3), 90, np.uint8))
    assert ImageSet(folder).names() == ["a.jpg", "c.tiff", "sub/b.png"]
    assert ImageSet(folder).image("c.tiff").mean() == 90


def test_an_album_without_images_says_so(tmp_path: Path) -> None:
    """An empty folder, a missing one and a file that is no archive are each one clear error."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.zip").write_text("no archive")
    for name, message in (("empty", "no images"), ("missing", "no such"), ("notes.zip", "archive")):
        with pytest.raises(DataError, match=message):
            ImageSet(tmp_path / name).names()


def test_a_damaged_image_is_named(folder: Path) -> None:
    """A file that is not an image is reported by its name."""
    (folder / "c.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"c\.jpg"):
        ImageSet(folder).image("c.jpg")


def annotation(image_id: int, area: float, x: float, crowd: int = 0) -> dict[str, Any]:
    return {"image_id": image_id, "area": area, "iscrowd": crowd, "keypoints": [x, 2, 2] + [0] * 48}


def test_coco_gives_the_largest_labelled_person(tmp_path: Path) -> None:
    """Of several people the largest counts; crowds, and images without keypoints, are left out."""
    unlabelled = {**annotation(2, 9000, 0), "keypoints": [0] * 51}
    content = {
        "images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}],
        "annotations": [annotation(1, 50, 5), annotation(1, 80, 8), annotation(1, 900, 9, crowd=1), unlabelled],
    }
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(content))
    (labels,) = read_coco(path)
    assert labels.name == "a.jpg"
    assert labels.area_px == 80
    np.testing.assert_array_equal(labels.keypoints[0], (8, 2, 2))
    assert labels.keypoints.shape == (17, 3)


@pytest.mark.parametrize("content", ["{", "[]", '{"images": [], "annotations": [{}]}'])
def test_another_json_is_refused(tmp_path: Path, content: str) -> None:
    """JSON that holds no COCO keypoints is one clear error with the file's name."""
    path = tmp_path / "other.json"
    path.write_text(content)
    with pytest.raises(DataError, match=r"other\.json: not a file of COCO keypoints"):
        list(read_coco(path))


def test_lspet_joints_become_coco_keypoints(tmp_path: Path) -> None:
    """The Leeds set's joints take their places among COCO's keypoints, scaled as its images were."""
    savemat = pytest.importorskip("scipy.io").savemat
    joints = np.zeros((14, 3, 2))
    joints[:, 0, :] = np.arange(14)[:, None] * 10
    joints[:12, 2, :] = 1
    joints[LSP_ORDER.index("left_wrist"), 2, 1] = 0
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


def test_joints_are_those_that_the_category_names(tmp_path: Path) -> None:
    """Another order is followed; an animal's are refused."""
    order = [*NAMES[5:], *NAMES[:5]]
    keypoints = [value for index in range(17) for value in (index + 1, 2, 2)]
    annotation = {"id": 1, "image_id": 1, "category_id": 3, "bbox": [0, 0, 9, 9], "keypoints": keypoints}
    content = {"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [annotation]}
    path = tmp_path / "people.json"
    path.write_text(json.dumps({**content, "categories": [{"id": 3, "name": "person", "keypoints": order}]}))
    (labels,) = read_coco(path)
    assert [labels.keypoints[NAMES.index(name), 0] for name in order] == list(range(1, 18))
    animal = {"id": 3, "name": "dog", "keypoints": ["left_front_paw", "tail", *[f"joint_{n}" for n in range(15)]]}
    path.write_text(json.dumps({**content, "categories": [animal]}))
    with pytest.raises(DataError, match="not the joints of a person"):
        list(read_coco(path))
