"""Which regions of a frame are proposed, and in which order."""

from __future__ import annotations

import numpy as np

from haredge.core.types import Frame, Pose
from haredge.pose.proposals import WHOLE_S, KnownThenWhole, Proposal
from haredge.pose.region import Region

IMAGE = np.zeros((480, 640, 3), np.uint8)
PERSON = Pose(0.0, np.tile(np.array([[320, 240, 0.9]], np.float32), (17, 1)))
CROP = Proposal(Region.around(PERSON.keypoints, (480, 640)), confirm=False)
WHOLE = Proposal(None, confirm=True)


def at(t: float) -> Frame:
    return Frame(0, t, IMAGE)


def test_the_whole_image_comes_first_at_regular_intervals() -> None:
    """At the start and every WHOLE_S the whole image comes before the people known; otherwise after them."""
    proposer = KnownThenWhole()
    assert list(proposer.propose(at(0.0), [PERSON])) == [WHOLE, CROP]
    assert next(iter(proposer.propose(at(WHOLE_S / 2), [PERSON]))) == CROP
    assert list(proposer.propose(at(WHOLE_S), [PERSON])) == [WHOLE, CROP]


def test_a_whole_image_that_was_not_taken_does_not_count() -> None:
    """The interval begins when the whole image was last used, not when it was last on offer."""
    proposer = KnownThenWhole()
    list(proposer.propose(at(0.0), []))
    next(iter(proposer.propose(at(WHOLE_S * 0.9), [PERSON])))
    assert next(iter(proposer.propose(at(WHOLE_S), [PERSON]))) == WHOLE
    assert list(proposer.propose(at(WHOLE_S * 1.5), [PERSON])) == [CROP, WHOLE]
    assert next(iter(proposer.propose(at(WHOLE_S * 2), [PERSON]))) == CROP


def test_a_clock_that_goes_back_makes_the_whole_image_due() -> None:
    """A source that starts again is searched as a new one."""
    proposer = KnownThenWhole()
    list(proposer.propose(at(100.0), []))
    assert next(iter(proposer.propose(at(0.0), [PERSON]))) == WHOLE
