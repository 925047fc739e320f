from pathlib import Path

import numpy as np

from research.people.shelf import LabelledImage, Shelf, ShelfWriter


def image(value: int, width: int = 5) -> np.ndarray:
    return np.full((4, width, 3), value, np.uint8)


def label(name: str) -> LabelledImage:
    keypoints = np.tile(np.array([1.25, 2, 1, 0.7], np.float32), (1, 17, 1))
    return LabelledImage(name, keypoints, np.array([[0, 0, 4, 3]], np.float32), complete=False)


def test_what_was_added_comes_back(tmp_path: Path) -> None:
    writer = ShelfWriter(tmp_path, "some")
    writer.add(image(1), label("a"))
    writer.add(image(2, width=7), label("b"))
    shelf = Shelf(tmp_path, "some")
    assert [one.name for one in shelf.labels] == ["a", "b"]
    assert (shelf.image(1) == image(2, width=7)).all()
    assert not shelf.labels[0].complete
    assert shelf.labels[0].keypoints.shape == (1, 17, 4)
    assert shelf.labels[0].unsure.shape == (0, 4)


def test_a_run_that_was_stopped_in_the_middle_goes_on_after_the_last_whole_image(tmp_path: Path) -> None:
    writer = ShelfWriter(tmp_path, "some")
    writer.add(image(1), label("a"))
    with (tmp_path / "some.jsonl").open("a") as rows, (tmp_path / "some.bin").open("ab") as pixels:
        rows.write('{"name": "cut sh')
        pixels.write(b"rubbish")
    assert len(Shelf(tmp_path, "some")) == 1
    again = ShelfWriter(tmp_path, "some")
    assert again.count == 1
    again.add(image(3), label("c"))
    shelf = Shelf(tmp_path, "some")
    assert [one.name for one in shelf.labels] == ["a", "c"]
    assert (shelf.image(1) == image(3)).all()


def test_no_shelf_yet_is_empty(tmp_path: Path) -> None:
    assert len(Shelf(tmp_path, "none")) == 0
