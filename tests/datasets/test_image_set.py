"""Promises of images in a folder or an archive: what cannot be read is one line."""

from __future__ import annotations

import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from haredge.core.errors import DataError
from haredge.datasets.image_set import ImageSet


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
