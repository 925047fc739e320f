"""Which regions of a frame are proposed, and in which order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from movement import Motion

from haredge.core.types import Frame, Pose
from haredge.pose.proposals import (
    REMEMBERED_EVERY_S,
    STILL_S,
    WHOLE_S,
    CropsThenWhole,
    Proposal,
)
from haredge.pose.region import Region
from haredge.pose.shared_crop import SharedCrop
from haredge.pose.tracks import LOST_S, Track

IMAGE = np.zeros((480, 640, 3), np.uint8)
PERSON = Pose(0.0, np.tile(np.array([[320, 240, 0.9]], np.float32), (17, 1)), track=3)
CROP = Proposal(Region.around(PERSON.keypoints, (480, 640)), 3)


def at(t: float) -> Frame:
    return Frame(0, t, IMAGE)


def person(seen_t: float) -> Track:
    return Track(replace(PERSON, t=seen_t), 100.0, wanted=True)


def whole(*, due: bool) -> Proposal:
    return Proposal(None, confirm=True, if_missed=not due)


def test_crops_come_first_and_the_whole_image_for_newcomers_at_regular_intervals() -> None:
    """One crop for each person followed; the whole image every WHOLE_S, else only if a person is missed."""
    proposer = CropsThenWhole(Motion())
    assert list(proposer.propose(at(0.0), [person(0.0)])) == [CROP, whole(due=True)]
    assert list(proposer.propose(at(WHOLE_S / 2), [person(0.9)])) == [CROP, whole(due=False)]
    assert list(proposer.propose(at(WHOLE_S), [person(1.9)])) == [CROP, whole(due=True)]


def test_an_empty_still_room_is_looked_at_seldom() -> None:
    """By either proposer: at once when something moves, and else every STILL_S."""
    for proposer, motion in ((SharedCrop(still := Motion()), still), (CropsThenWhole(still := Motion()), still)):
        used = [t for t in range(11) if any(not one.if_missed for one in proposer.propose(at(t), []))]
        assert used == [0, STILL_S, 2 * STILL_S]
        motion.moving = True
        assert next(one.region for one in proposer.propose(at(10.1), []) if not one.if_missed) is None


def test_places_where_a_person_was_lost_are_looked_at_now_and_then() -> None:
    """Who sleeps is still there: every REMEMBERED_EVERY_S, by a crop or in the whole image."""
    lost = [person(0.0)]
    crops, several = CropsThenWhole(Motion()), SharedCrop(Motion())
    begin = LOST_S + 1
    assert CROP in list(crops.propose(at(begin), lost))
    assert CROP not in list(crops.propose(at(begin + REMEMBERED_EVERY_S * 0.9), lost))
    assert CROP in list(crops.propose(at(begin + REMEMBERED_EVERY_S), lost))
    used = [t for t in np.arange(begin, begin + 2, 0.1).tolist() if list(several.propose(at(t), lost))]
    assert len(used) == 4


def test_what_moves_where_a_person_is_expected_speaks_for_them() -> None:
    """A crop says whether something moves in the person's box, not elsewhere."""
    left = replace(PERSON, keypoints=PERSON.keypoints - np.array((100, 0, 0), np.float32))
    known = [person(0.0), Track(left, 100.0, wanted=True)]
    crops = list(CropsThenWhole(Motion(moving=True)).propose(at(0.1), known))[:2]
    assert [crop.moving for crop in crops] == [False, True]


def test_a_clock_that_goes_back_makes_the_whole_image_due() -> None:
    """A source that starts again is searched as a new one."""
    for proposer in (SharedCrop(Motion()), CropsThenWhole(Motion())):
        list(proposer.propose(at(100.0), []))
        assert any(not one.if_missed for one in proposer.propose(at(0.0), []))
