"""Where labels go."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haredge.video.draw.placement import place
from haredge.video.draw.strip import Box

IMAGE = Box(0, 0, 64, 48)

lengths = st.integers(1, 40)
owners = st.builds(Box, st.integers(-80, 120), st.integers(-80, 120), st.integers(0, 90), st.integers(0, 90))


def overlap(a: Box, b: Box) -> bool:
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom


@given(st.lists(st.tuples(lengths, lengths, owners, owners), max_size=9))
def test_labels_never_overlap_nor_leave_the_image(labels: list[tuple[int, int, Box, Box]]) -> None:
    """Wherever their owners are; one is left out only if those before it have left no room anywhere."""
    sizes = [(width, height) for width, height, _, _ in labels]
    placed = place(sizes, [owner for *_, owner, _ in labels], [face for *_, face in labels], IMAGE)
    there = [box for box in placed if box]
    assert not any(overlap(a, b) for a, b in itertools.combinations(there, 2))
    assert all(0 <= box.left <= box.right <= 64 and 0 <= box.top <= box.bottom <= 48 for box in there)
    for index, (box, (width, height)) in enumerate(zip(placed, sizes, strict=True)):
        assert box is None or (box.width, box.height) == (width, height)
        if box is None:
            assert not room(width, height, [each for each in placed[:index] if each])


def room(width: int, height: int, taken: list[Box]) -> bool:
    """Try every place."""
    free = np.ones((48, 64), bool)
    for box in taken:
        free[box.top : box.bottom, box.left : box.right] = False
    return any(free[y : y + height, x : x + width].all() for y in range(49 - height) for x in range(65 - width))


@given(st.lists(owners, min_size=4, max_size=4), st.lists(owners, max_size=4))
def test_four_people_have_their_labels(people: list[Box], faces: list[Box]) -> None:
    """Even if all stand in one place: labels as wide as the image and an eighth of its height always have room."""
    assert all(place([(64, 6)] * 4, people, faces, IMAGE))


def test_a_label_is_beside_its_owner_and_off_faces() -> None:
    """Above if there is room, below at the upper edge, and not over a face if there is room beside it."""
    owner = Box(20, 20, 10, 20)
    (above,) = place([(16, 6)], [owner], [], IMAGE)
    assert above == Box(17, 14, 16, 6)
    (below,) = place([(16, 6)], [Box(20, 0, 10, 20)], [Box(20, 0, 10, 5)], IMAGE)
    assert below
    assert not overlap(below, Box(20, 0, 10, 5))
    face = Box(15, 8, 30, 10)
    (beside,) = place([(16, 6)], [owner], [face], IMAGE)
    assert beside
    assert not overlap(beside, face)
