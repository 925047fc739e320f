"""Drawing the people in an image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from crowd import family, person, skeleton
from hypothesis import given, settings
from hypothesis import strategies as st

from haredge.core.labels import UNKNOWN
from haredge.core.types import Image, Person
from haredge.video.draw.people import ALARM, GROUND, draw_people
from haredge.video.palette import person_colour


def drawn(people: Sequence[Person], size: tuple[int, int] = (480, 640)) -> Image:
    image = np.full((*size, 3), 255, np.uint8)
    draw_people(image, people)
    return image


def pixels(image: Image, colour: tuple[int, int, int]) -> int:
    return int((image == colour[::-1]).all(axis=2).sum())


def test_each_person_has_their_colour_and_a_label() -> None:
    """Four people, two of them close together and one cut by the edge: four colours, and four labels' grounds."""
    image = drawn(family())
    assert all(pixels(image, person_colour(number)) > 500 for number in (1, 2, 3, 4))
    alone = [pixels(drawn([each]), GROUND) + pixels(drawn([each]), ALARM) for each in family()]
    assert pixels(image, GROUND) + pixels(image, ALARM) == pytest.approx(sum(alone), rel=0.01)


def test_a_head_at_the_upper_edge_leaves_room_for_words() -> None:
    """The label then stands beside the person, as long as in the middle of the image."""
    low, high = (drawn([person(1, skeleton(320, y, 240), "walking")]) for y in (300, 110))
    assert pixels(high, GROUND) == pytest.approx(pixels(low, GROUND), rel=0.02)


def test_a_person_who_may_have_fallen_catches_the_eye() -> None:
    """By a red label while a fall is possible or confirmed, and not before or after."""
    body = skeleton(320, 240, 200)
    for state in ("possible", "confirmed"):
        assert pixels(drawn([person(1, body, fall=state)]), ALARM) > 500
    for calm in ("normal", "descending", "cleared", None):
        assert not pixels(drawn([person(1, body, fall=calm)]), ALARM)


def test_who_is_not_seen_or_not_believed_is_not_drawn() -> None:
    """No skeleton stands in an image beside "no person"."""
    image = drawn([person(1, None), person(2, skeleton(320, 240, 200), settled=False)])
    assert (image == 255).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 40), st.sampled_from([(480, 640), (90, 160), (720, 1280), (16, 16)]), st.integers(0, 2**32 - 1))
def test_a_crowd_breaks_nothing(count: int, size: tuple[int, int], seed: int) -> None:
    """Thirty people, in and out of the image, names as long as they may be, keypoints that are not numbers."""
    rng = np.random.default_rng(seed)
    people = []
    for number in range(1, count + 1):
        x, y = rng.uniform(-100, 800, 2).tolist()
        body = skeleton(x, y, rng.uniform(1, 900), lying=bool(rng.integers(2)))
        body[:, 2] = rng.uniform(0, 1)
        body[rng.uniform(size=17) < 0.1] = rng.choice([np.nan, np.inf, -1e9])
        label = rng.choice(["walking", UNKNOWN, "ä" * 64])
        people.append(person(number * 999, body, str(label), zone="z" * 40, fall="confirmed"))
    assert drawn(people, size).shape == (*size, 3)
