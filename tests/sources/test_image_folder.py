"""Promises of haredge.sources.image_folder, beside those of every source."""

from __future__ import annotations

import zlib
from pathlib import Path

import clips
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.errors import SourceError
from haredge.core.types import Image
from haredge.sources.image_folder import ImageFolder
from haredge.sources.image_names import natural


def grey(value: int) -> Image:
    return np.full((8, 8, 3), value, np.uint8)


def test_numbers_in_names_are_sorted_by_value(tmp_path: Path) -> None:
    """The tenth image comes after the second, with or without leading zeros."""
    for value, name in enumerate(["a1.png", "a2.png", "a010.png", "a11.png", "b0.png"]):
        clips.image(tmp_path / name, grey(10 * value))
    assert [frame.image[0, 0, 0] for frame in ImageFolder(tmp_path)] == [0, 10, 20, 30, 40]


@given(st.lists(st.integers(0, 10**6), unique=True, min_size=1))
def test_natural_order_is_the_order_of_numbers(numbers: list[int]) -> None:
    """Any numbering sorts as its numbers do."""
    paths = sorted((Path(f"clip 7/frame{number}.jpg") for number in numbers), key=natural)
    assert [int(path.stem.removeprefix("frame")) for path in paths] == sorted(numbers)


def test_what_is_not_an_image_is_passed_over(tmp_path: Path) -> None:
    """A folder's other files, hidden files and folders are not frames."""
    clips.image(tmp_path / "1.JPG")
    (tmp_path / "notes.txt").write_text("not an image")
    (tmp_path / ".2.jpg").write_text("a file manager's leftover")
    (tmp_path / "more").mkdir()
    assert len(list(ImageFolder(tmp_path))) == 1


def test_the_rate_gives_the_times(tmp_path: Path) -> None:
    """Images at 10 Hz are a tenth of a second apart; 30 Hz is what is taken where nothing is said."""
    folder = clips.folder(tmp_path / "images", images=3)
    assert [frame.t for frame in ImageFolder(folder, rate_hz=10)] == pytest.approx([0, 0.1, 0.2])
    assert [frame.t for frame in ImageFolder(folder)] == pytest.approx([0, 1 / 30, 2 / 30])


def test_a_glob_reaches_into_folders(tmp_path: Path) -> None:
    """Images of many folders are one clip, and a folder that the pattern matches is not an image."""
    for name in ("a", "b", "c.jpg"):
        clips.folder(tmp_path / name, images=2)
    assert len(list(ImageFolder(str(tmp_path / "**" / "*.jpg")))) == 6


def test_images_may_differ_in_size(tmp_path: Path) -> None:
    """Each frame has its image's own size."""
    clips.image(tmp_path / "1.png", grey(0))
    clips.image(tmp_path / "2.png", np.zeros((20, 10, 3), np.uint8))
    assert [frame.image.shape for frame in ImageFolder(tmp_path)] == [(8, 8, 3), (20, 10, 3)]


@pytest.mark.timeout(30)
def test_a_pattern_does_not_go_round_in_circles(tmp_path: Path) -> None:
    """Links that lead back to where they lie make a name of every length; each image is found once."""
    clips.folder(tmp_path / "images")
    for name in ("a", "b", "c"):
        (tmp_path / "images" / name).symlink_to(".")
    assert len(list(ImageFolder(str(tmp_path / "**" / "*.jpg")))) == 8
    with pytest.raises(SourceError, match="no image in"):
        list(ImageFolder(str(tmp_path / "**" / "*.png")))


def test_what_is_animated_gives_its_first_frame_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The others are not lost without a word, once: PNG and WebP say in their header that there are more."""
    still = clips.image(tmp_path / "still.png").read_bytes()
    body = (8).to_bytes(4, "big") + b"acTL" + (3).to_bytes(4, "big") + bytes(4)
    (tmp_path / "moving.png").write_bytes(still[:33] + body + zlib.crc32(body[4:]).to_bytes(4, "big") + still[33:])
    images = ImageFolder(tmp_path)
    assert [len(list(images)) for _ in range(3)] == [2, 2, 2]
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        f"image {tmp_path / 'moving.png'} is animated"
    ]


def test_a_pattern_in_a_folder_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """Whatever the system says of a folder on the way, such as that it has gone meanwhile, is said in words."""
    with pytest.raises(SourceError, match=r"\*\.png"):
        list(ImageFolder(tmp_path / ("x" * 300) / "*.png"))
