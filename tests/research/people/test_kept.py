"""Labels that were made once are not made again: they are kept without the images, by name."""

from pathlib import Path

import numpy as np

from research.people.kept import keep_labels, kept_labels
from research.people.shelf import LabelledImage, ShelfWriter

IMAGE = np.zeros((4, 5, 3), np.uint8)


def label(name: str, people: int) -> LabelledImage:
    rng = np.random.default_rng(people)
    keypoints = np.round(rng.uniform(0, 99, (people, 17, 4)), 1).astype(np.float32)
    return LabelledImage(name, keypoints, np.ones((people, 4), np.float32), complete=people < 2)


def test_kept_labels_are_the_same_labels(tmp_path: Path) -> None:
    writer = ShelfWriter(tmp_path / "shelf", "some")
    for people in range(3):
        writer.add(IMAGE, label(f"image {people}", people))
    assert keep_labels("some", tmp_path / "shelf", tmp_path / "kept") == 3
    kept = kept_labels("some", tmp_path / "kept")
    assert list(kept) == ["image 0", "image 1", "image 2"]
    for people in range(3):
        assert kept[f"image {people}"].as_json() == label(f"image {people}", people).as_json()


def test_a_machine_that_has_fewer_labels_does_not_take_any_away(tmp_path: Path) -> None:
    for name, images in (("many", 2), ("few", 1)):
        writer = ShelfWriter(tmp_path / name, "some")
        for number in range(images):
            writer.add(IMAGE, label(f"{number}", number))
    keep_labels("some", tmp_path / "many", tmp_path / "kept")
    before = (tmp_path / "kept" / "some.jsonl.gz").read_bytes()
    assert keep_labels("some", tmp_path / "few", tmp_path / "kept") == 2
    assert (tmp_path / "kept" / "some.jsonl.gz").read_bytes() == before
    assert kept_labels("other", tmp_path / "kept") == {}
