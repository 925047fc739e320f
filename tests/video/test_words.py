"""Promises of what is said of people."""

from __future__ import annotations

from dataclasses import replace

from crowd import LABELS, crowd, person, skeleton
from observed import picture

from haredge.core.labels import UNKNOWN
from haredge.video.words import not_reported


def test_what_unknown_hides_is_said_of_the_person_whose_activity_is_the_scenes() -> None:
    """Beside the activity of one who falls stands nothing of who was in view before them."""
    people = [
        person(1, skeleton(20, 20, 20), UNKNOWN, 0.41),
        replace(person(2, skeleton(40, 20, 20), "sitting", 0.7), activity=person(2, None, UNKNOWN).activity),
    ]
    scene = crowd(people, picture())
    assert not_reported(replace(scene, person=2), LABELS, ("other",)) == "not reported: sitting 70 %"
    assert not_reported(replace(scene, person=1), LABELS, ("other",)) == "no activity: other 41 %"
    assert not_reported(replace(scene, person=None), LABELS, ("other",)) == ""
