"""Promises of research.people.synthetic_people: true labels, of postures that photographs seldom show."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from research.people.synthetic_people import FEWEST, HALF, SIZE, label, synthetic_people


def test_who_is_in_view_is_labelled_and_who_hardly_is_is_unsure() -> None:
    """A keypoint outside is known to be absent, one behind something counts for half."""
    people = np.zeros((3, 17, 3), np.float32)
    people[0, :, :2] = np.linspace((10, 10), (50, 100), 17)
    people[0, :, 2] = 2
    people[0, 3, 2], people[0, 16, 2] = 1, 0
    people[1, : FEWEST - 1] = (200, 100, 2)
    made = label("x", people)
    assert (len(made.boxes), len(made.unsure), made.complete) == (1, 1, True)
    assert made.keypoints[0, 3].tolist() == [*people[0, 3, :2].tolist(), 1, HALF]
    assert made.keypoints[0, 16, 2:].tolist() == [0, 1]
    left, top, right, bottom = made.boxes[0]
    assert left < 10 < right
    assert top < 10 < bottom < 110


def test_images_are_drawn_with_people_in_training_rooms(shared: Path) -> None:
    """The same for the same seed, most with a person whose keypoints lie in the box and in the image; some lie."""
    images = list(synthetic_people(shared, 30, seed=5))
    again = next(synthetic_people(shared, 1, seed=5))
    np.testing.assert_array_equal(images[0][0], again[0])
    assert {image.shape for image, _ in images} == {(SIZE[1], SIZE[0], 3)}
    boxes = np.concatenate([made.boxes for _, made in images])
    assert len(boxes) >= 30
    wide = boxes[:, 2] - boxes[:, 0] > boxes[:, 3] - boxes[:, 1]
    assert 3 <= wide.sum() < len(boxes) / 2
    for _, made in images:
        for box, person in zip(made.boxes, made.keypoints, strict=True):
            present = person[person[:, 2] > 0, :2]
            assert (present >= box[:2]).all()
            assert (present <= box[2:]).all()
            assert (present >= -0.5).all()
            assert (present < np.add(SIZE, 0.5)).all()
