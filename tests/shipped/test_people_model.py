"""The shipped network for several people, through the daemon's own tracker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from haredge.core.types import Frame
from haredge.models.open import open_pose_estimator
from haredge.pose.tracker import PeopleTracker
from haredge.sources.throttle import at_rate
from haredge.sources.uri import open_source

pytest.importorskip("ai_edge_litert")


def frames(script: str) -> Iterator[Frame]:
    """Yield frames of the synthetic person, eight a second."""
    return at_rate(iter(open_source(f"test:?live=no&script={script}")), 8.0)


def tracker() -> PeopleTracker:
    return PeopleTracker(open_pose_estimator("people"), 4)


def test_two_people_side_by_side_are_two() -> None:
    """Each with a pose of their own on their side of the image, and one number from the first to the last frame."""
    both, numbers, found = tracker(), set(), 0
    for frame in frames("squat:3"):
        wide = np.concatenate((frame.image, frame.image[:, ::-1]), 1)
        poses = both.estimate(replace(frame, image=wide))
        middle = frame.image.shape[1]
        sides = sorted(float(pose.keypoints[:, 0].mean()) < middle for pose in poses)
        found += sides == [False, True]
        assert all(np.ptp(pose.keypoints[:, 0]) < middle for pose in poses)
        numbers |= {pose.track for pose in poses}
    assert found >= 20
    assert len(numbers) == 2


def test_an_empty_room_has_no_one() -> None:
    """The synthetic room's furniture is none."""
    empty = tracker()
    assert not any(empty.estimate(frame) for frame in frames("empty:3"))
