"""Promises of movement: keypoints that tremble are not a movement, and a slow movement is one."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from haredge.core.labels import UNKNOWN
from haredge.core.types import SEEN_SCORE, Activity, Person, Pose
from haredge.scene.movement import Movement

HEIGHT = 100.0
TIMES = count()
"""No two poses are of the same time."""


def someone(*, number: int = 1, moved: float = 0.0, joints: int = 17, seed: int | None = None) -> Person:
    """Return a person 100 pixels tall whose first joints are ``moved`` pixels aside, with noise if there is a seed."""
    rng = np.random.default_rng(0)
    keypoints = np.column_stack((rng.uniform(0, 30, 17), np.linspace(0, HEIGHT, 17), np.full(17, 0.8)))
    keypoints[:joints, 0] += moved
    if seed is not None:
        keypoints[:, :2] += np.random.default_rng(seed).normal(0, 0.01 * HEIGHT, (17, 2))
    pose = Pose(float(next(TIMES)), keypoints.astype(np.float32))
    return Person(number, pose, None, Activity(UNKNOWN, 0.0, 0.0), settled=True)


def test_who_comes_in_has_moved_and_who_then_lies_still_has_not() -> None:
    """Keypoints tremble by a hundredth of a person's height: that is no movement in a thousand poses."""
    movement = Movement()
    assert movement.update([someone(seed=0)])
    assert not any(movement.update([someone(seed=seed)]) for seed in range(1, 1000))


def test_a_hand_that_is_moved_counts_with_the_second_pose() -> None:
    """Two keypoints, as an elbow and a wrist, are enough; one pose alone may be a mistake."""
    movement = Movement()
    movement.update([someone()])
    assert not movement.update([someone(moved=20.0, joints=2)])
    assert movement.update([someone(moved=20.0, joints=2)])
    assert not movement.update([someone(moved=20.0, joints=2)])


def test_a_single_keypoint_that_jumps_does_not_count() -> None:
    """However far and long."""
    movement = Movement()
    movement.update([someone()])
    assert not any(movement.update([someone(moved=90.0, joints=1)]) for _ in range(10))


def test_a_pose_that_is_wrong_once_does_not_count() -> None:
    """Only a movement that the next pose shows, too."""
    movement = Movement()
    movement.update([someone()])
    assert not any(movement.update([someone(moved=50.0 * (step % 2))]) for step in range(10))


def test_a_pose_that_is_shown_again_is_not_the_next_one() -> None:
    """On a slow board who is not looked for in a frame comes with their last pose, which may be wrong."""
    movement, wrong = Movement(), someone(moved=50.0)
    movement.update([someone()])
    assert not any(movement.update([each]) for each in (wrong, wrong, someone(), wrong, wrong))


def test_who_is_seen_in_every_other_frame_moves() -> None:
    """In the dusk: it is the next pose that shows a movement, too, not the next frame."""
    movement = Movement()
    blink = Person(1, None, None, Activity(UNKNOWN, 0.0, 0.0), settled=True)
    movement.update([someone()])
    assert not any(movement.update([each]) for each in (blink, someone(moved=20.0), blink))
    assert movement.update([someone(moved=20.0)])


def test_slow_movement_adds_up() -> None:
    """A person who turns in bed over a minute has moved."""
    movement = Movement()
    movement.update([someone()])
    assert any(movement.update([someone(moved=0.1 * step)]) for step in range(600))


def test_keypoints_that_are_not_seen_do_not_count() -> None:
    """Where a joint is hidden, its place is a guess."""
    movement, hidden = Movement(), someone(moved=50.0)
    movement.update([someone()])
    assert hidden.pose is not None
    hidden.pose.keypoints[:, 2] = SEEN_SCORE - 0.01
    assert not any(movement.update([hidden]) for _ in range(5))


@pytest.mark.parametrize("other", [[], [someone(number=2)]])
def test_people_do_not_mix(other: list[Person]) -> None:
    """One who is hidden for a while and back in the same place has not moved; a new person has."""
    movement = Movement()
    movement.update([someone(), *other])
    blink = Person(1, None, None, Activity(UNKNOWN, 0.0, 0.0), settled=True)
    assert not movement.update([blink, *other])
    assert not movement.update([someone(), *other])
    assert movement.update([someone(), *other, someone(number=3)])


def test_who_is_found_as_they_were_has_not_moved() -> None:
    """A network sees who lies still in the dusk now and then, and takes them for someone new after a while."""
    movement = Movement()
    movement.update([someone()])
    for number in range(1, 40):
        assert not any(movement.update([]) for _ in range(100))
        assert not any(movement.update([someone(number=number, seed=number + seed)]) for seed in range(20))
    assert not movement.update([someone(number=39, moved=50.0)])
    assert movement.update([someone(number=39, moved=50.0)])


def test_who_comes_in_where_someone_else_was_has_moved() -> None:
    """With the second pose; also one who is hardly seen: nothing says that they are as another was."""
    movement = Movement()
    movement.update([someone()])
    movement.update([])
    assert [movement.update([someone(number=2, moved=50.0)]) for _ in range(3)] == [False, True, False]
    movement.update([])
    vague = [someone(number=3) for _ in range(2)]
    for each in vague:
        assert each.pose is not None
        each.pose.keypoints[5:, 2] = 0
    assert [movement.update([each]) for each in vague] == [False, True]


def test_not_everyone_who_ever_came_is_remembered() -> None:
    """A shop's camera sees thousands."""
    movement = Movement()
    for number in range(1, 100):
        for _ in range(2):
            movement.update([someone(number=number, moved=50.0 * number)])
    assert not movement.update([someone(number=200, moved=50.0 * 1)])
    assert movement.update([someone(number=200, moved=50.0 * 1)]), "the first is forgotten"
    assert not any(movement.update([someone(number=201, moved=50.0 * 98)]) for _ in range(2))
