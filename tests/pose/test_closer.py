"""Promises of haredge.pose.closer: a second pass decides whether a new person is one."""

from __future__ import annotations

import numpy as np
from passes import TwoPasses, frame, person

from haredge.pose.closer import AGAIN_S, Doubts, closer
from haredge.pose.tracker import PeopleTracker


def test_the_same_person_in_the_crop_confirms_them() -> None:
    """Who is elsewhere in the crop, or too unsure in it, does not."""
    first = person(200, 240, 120)
    assert closer(TwoPasses(first, person(202, 241, 118)), frame(0), first) is not None
    assert closer(TwoPasses(first, person(330, 240, 120)), frame(0), first) is None
    assert closer(TwoPasses(first, person(200, 240, 120, presence=0.3)), frame(0), first) is None
    assert closer(TwoPasses(first, None), frame(0), first) is None


def test_what_was_refused_is_asked_about_again_only_after_a_while() -> None:
    """A vase costs a run in a few frames, not in each; another place is asked about at once."""
    vase, doubts = person(200, 240, 60), Doubts()
    network = TwoPasses(vase, None)
    for t in np.arange(0, 1, 0.05).tolist():
        assert not doubts.is_person(network, frame(t), vase)
    assert 2 <= len(network.crops) <= 2 + 1 / AGAIN_S
    before = len(network.crops)
    assert not doubts.is_person(network, frame(1.0), person(500, 240, 60))
    assert len(network.crops) == before + 1


def test_the_tracker_follows_only_who_is_confirmed() -> None:
    """And runs once a frame for a person that it knows, of which a crop would show no more."""
    real = person(300, 470, 430)
    vases = PeopleTracker(TwoPasses(real, None), 4)
    assert not any(vases.estimate(frame(t / 10)) for t in range(20))
    network = TwoPasses(real, real)
    people = PeopleTracker(network, 4)
    assert all(people.estimate(frame(t / 10)) for t in range(20))
    assert len(network.crops) == 1


def test_a_network_that_does_not_confirm_needs_one_pass() -> None:
    """As MoveNet MultiPose, which a second pass does not make surer."""
    network = TwoPasses(person(200, 240, 120), None, confirms_new=False)
    assert PeopleTracker(network, 4).estimate(frame(0))
    assert not network.crops
