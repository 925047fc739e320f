"""Labelled images are read from folders and tables; what cannot be used is reported in a line, and left out."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import labelled_images
import numpy as np
import pytest

from haredge.core.errors import DataError
from haredge.opencv import cv2
from haredge.training.images.reading import holds_images, list_images, read_images

RNG = np.random.default_rng(5)
DISC = labelled_images.drawn("disc", RNG)


def huge_png() -> bytes:
    """Return a PNG that says that it has 100 megapixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return labelled_images.write(tmp_path / "images", each=6)


def lines_of(path: Path) -> tuple[list[str], int]:
    lines: list[str] = []
    read = read_images(path, (32, 48), lines.append)
    return lines, len(read.true)


def test_a_folder_of_folders(folder: Path) -> None:
    """The folders are the labels; images come in the size asked for, RGB."""
    (folder / "disc" / "colour.png").write_bytes(labelled_images.encoded(np.full((9, 9, 3), (250, 20, 10), np.uint8)))
    read = read_images(folder, (32, 48), pytest.fail)
    assert (read.name, read.labels) == ("images", labelled_images.LABELS)
    assert read.images.shape == (19, 32, 48, 3)
    assert np.bincount(read.true).tolist() == [7, 6, 6]
    assert any((image == (10, 20, 250)).all() for image in read.images)


@pytest.mark.parametrize("inner", ["", "train"])
@pytest.mark.parametrize("heading", ["filename,label", "label;file"])
def test_a_table_beside_its_images(folder: Path, inner: str, heading: str) -> None:
    """As Kaggle's Training_set.csv: names of files beside it, or in a folder beside it."""
    place = folder.parent / "table"
    (place / inner).mkdir(parents=True)
    rows = [heading]
    for file in sorted(folder.glob("*/*.png")):
        name = f"{file.parent.name}_{file.name}"
        (place / inner / name).write_bytes(file.read_bytes())
        cells = [name, file.parent.name]
        rows.append(",".join(cells) if heading.startswith("file") else ";".join(cells[::-1]))
    (place / "set.csv").write_text("\n".join(rows))
    assert holds_images(place / "set.csv")
    read = read_images(place / "set.csv", (32, 48), pytest.fail)
    assert (read.labels, len(read.true)) == (labelled_images.LABELS, 18)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jpg", lambda: b"no image", "not an image, or damaged"),
        ("a.png", lambda: b"", "it is empty"),
        ("a.jpg", lambda: labelled_images.encoded(DISC, ".jpg")[:1200], "it is cut off: its end is missing"),
        ("a.png", lambda: labelled_images.encoded(DISC)[:600], "not an image, or damaged"),
        ("a.webp", lambda: labelled_images.encoded(DISC, ".webp")[:300], "not an image, or damaged"),
        ("a.png", huge_png, "it is too large"),
    ],
)
def test_what_cannot_be_used_is_left_out(folder: Path, name: str, content: Callable[[], bytes], words: str) -> None:
    """One line with the file and the reason."""
    (folder / "disc" / name).write_bytes(content())
    lines, count = lines_of(folder)
    assert count == 18
    (line,) = lines
    assert f"disc/{name}: left out: {words}" in line


def test_unusual_images_are_used(folder: Path) -> None:
    """Sixteen bits and grey: they become three colours of eight bits."""
    deep = (RNG.random((40, 40, 3)) * 65535).astype(np.uint16)
    (folder / "disc" / "deep.png").write_bytes(cv2.imencode(".png", deep)[1].tobytes())
    (folder / "disc" / "grey.jpg").write_bytes(cv2.imencode(".jpg", DISC[:, :, 0])[1].tobytes())
    lines, count = lines_of(folder)
    assert (lines, count) == ([], 20)


def test_an_animated_image_gives_its_first_frame(folder: Path) -> None:
    """And a line says so."""
    data = labelled_images.encoded(DISC)
    control = struct.pack(">I", 8) + b"acTL" + bytes(8) + struct.pack(">I", zlib.crc32(b"acTL" + bytes(8)))
    (folder / "disc" / "moving.png").write_bytes(data[:33] + control + data[33:])
    lines, _ = lines_of(folder)
    assert any("moving.png: is animated; only its first frame is used" in line for line in lines)


def test_videos_among_the_images_are_passed_over(folder: Path) -> None:
    """One line for the folder."""
    for name in ("a.mp4", "b.avi"):
        (folder / "disc" / name).write_bytes(b"video")
    assert lines_of(folder) == ([f"{folder / 'disc'}: 2 files are passed over as no image (.avi, .mp4)"], 18)


def test_a_label_with_one_image_is_left_out(folder: Path) -> None:
    """There is none to test on."""
    (folder / "waving").mkdir()
    (folder / "waving" / "1.png").write_bytes(labelled_images.encoded(DISC))
    assert lines_of(folder) == (["label 'waving' is left out: it has 1 usable image, and 5 are needed"], 18)


def test_one_label_is_refused(tmp_path: Path) -> None:
    """There is nothing to distinguish it from."""
    folder = labelled_images.write(tmp_path / "one", labels=("disc",), each=6)
    with pytest.raises(DataError, match="1 label with 5 usable images or more"):
        read_images(folder, (32, 32), lambda _: None)


def test_an_image_under_two_labels_is_reported(folder: Path) -> None:
    """With the first such pair; an image twice under one label is no conflict."""
    lines, count = lines_of(folder)
    assert (lines, count) == ([], 18)
    (folder / "disc/copy.png").write_bytes((folder / "disc/0.png").read_bytes())
    assert lines_of(folder) == ([], 19)
    for index in range(2):
        (folder / f"square/other{index}.png").write_bytes((folder / f"disc/{index}.png").read_bytes())
    ((line,), count) = lines_of(folder)
    assert count == 21
    pair = f"{folder / 'disc/0.png'} ('disc') and {folder / 'square/other0.png'} ('square')"
    assert line == f"2 images are under several labels, as {pair}, which makes the model worse: keep each under one"


def test_no_label_with_enough_images_is_counted_in_the_plural(tmp_path: Path) -> None:
    """None of the labels has enough."""
    with pytest.raises(DataError, match="0 labels with 5 usable images or more"):
        lines_of(labelled_images.write(tmp_path / "few", each=2))


@pytest.mark.parametrize("layout", ["nothing", "videos", "loose", "reserved", "missing"])
def test_folders_that_are_none_of_labels_are_refused(layout: str, tmp_path: Path) -> None:
    """In one line that says what is needed."""
    folder = tmp_path / "data"
    (folder / "unknown").mkdir(parents=True)
    place = {"videos": "unknown/a.mp4", "loose": "a.png", "reserved": "unknown/a.png"}.get(layout)
    if place:
        (folder / place).write_bytes(labelled_images.encoded(DISC))
    with pytest.raises(DataError) as caught:
        list_images(folder / "away" if layout == "missing" else folder, lambda _: None)
    assert "\n" not in str(caught.value)
    assert {"nothing": "a folder for each label", "loose": "in no label's folder", "reserved": "reserves it"}.get(
        layout, ""
    ) in str(caught.value)


def test_data_sets_of_poses_are_not_taken_for_images(tmp_path: Path) -> None:
    """They have images in a folder of that name."""
    assert not holds_images(labelled_images.write(tmp_path / "yolo", labels=("images", "labels"), each=2))
    assert holds_images(labelled_images.write(tmp_path / "own", labels=("standing", "sitting"), each=2))
    (tmp_path / "videos.csv").write_text("file,start,end,label\na.mp4,0,1,wave\n")
    assert not holds_images(tmp_path / "videos.csv")
