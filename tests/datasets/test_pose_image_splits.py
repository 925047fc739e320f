from __future__ import annotations

from haredge.datasets import pose_image_splits as splits

NAMES = [f"rooms/pantry_{number:04d}.jpg" for number in range(700)]


def test_rooms_are_divided_without_overlap() -> None:
    """Each room is in exactly one part, and the test has its full number."""
    rooms = splits.split_rooms(NAMES)
    assert len(rooms.test) == splits.ROOMS_TEST
    assert len(rooms.choice) == splits.ROOMS_CHOICE
    assert rooms.test | rooms.choice | rooms.train == set(NAMES)
    assert len(rooms.test) + len(rooms.choice) + len(rooms.train) == len(NAMES)


def test_the_division_depends_on_file_names_alone() -> None:
    """Order and folder do not matter: a folder and a zip of the same images are divided alike."""
    bare = splits.split_rooms([name.split("/")[1] for name in reversed(NAMES)])
    assert {f"rooms/{name}" for name in bare.test} == splits.split_rooms(NAMES).test


def test_images_that_show_people_are_no_empty_rooms() -> None:
    """They are neither tested on, nor chosen by, nor trained on: what is held out stays so."""
    names = [*NAMES, *(f"rooms/{name}" for name in splits.NOT_EMPTY)]
    rooms = splits.split_rooms(names)
    left = {name.split("/")[1] for part in (rooms.test, rooms.choice, rooms.train) for name in part}
    assert not left & splits.NOT_EMPTY
