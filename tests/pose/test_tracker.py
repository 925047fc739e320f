"""Following one person through the frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from crowds import Restless
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.types import Frame, Pose
from haredge.pose.proposals import STILL_S, WHOLE_S, CropsThenWhole, Proposal
from haredge.pose.region import Region
from haredge.pose.tracker import PeopleTracker, detect
from haredge.pose.tracks import UNCONFIRMED_S, Track

IMAGE = np.zeros((480, 640, 3), np.uint8)


def standing_at(x: float, height_px: float = 100) -> np.ndarray:
    keypoints = np.full((17, 3), 0.9, np.float32)
    keypoints[:, 0] = x
    keypoints[:, 1] = np.linspace(240 - height_px / 2, 240 + height_px / 2, 17)
    return keypoints


@dataclass
class Estimator:
    """Finds a person at ``place(t)`` if that is in the region, and remembers its regions."""

    place: Callable[[float], float | None]
    whole: Callable[[float], bool] = lambda _t: True
    """Whether the whole image shows the person."""
    crop: Callable[[float], bool] = lambda _t: True
    passes: list[tuple[float, Region | None]] = field(default_factory=list)
    min_pose_score: float = 0.5
    most_people: int = 1
    confirms_new: bool = False

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        self.passes.append((frame.t, region))
        x = self.place(frame.t)
        able = self.whole(frame.t) if region is None else self.crop(frame.t)
        inside = x is not None and (region is None or region.left <= x < region.right)
        return (Pose(frame.t, standing_at(x)),) if able and inside and x is not None else ()


def frames(rate_hz: float, seconds: float) -> list[Frame]:
    return [Frame(index, index / rate_hz, IMAGE) for index in range(round(rate_hz * seconds))]


def follow(estimator: Estimator, video: list[Frame]) -> list[tuple[Pose, ...]]:
    tracker = PeopleTracker(estimator, 2)
    return [tracker.estimate(frame) for frame in video]


def test_detection_takes_two_passes() -> None:
    """The first on the whole image, the second on a crop around the person found there."""
    estimator = Estimator(lambda _t: 320.0)
    assert detect(estimator, Frame(0, 0.0, IMAGE)) is not None
    assert [region for _, region in estimator.passes] == [None, Region.around(standing_at(320), (480, 640))]


def test_a_person_is_detected_only_if_both_passes_find_them() -> None:
    """What resembles a person only from afar is none; an empty image costs one pass."""
    doubtful = Estimator(lambda _t: 320.0, crop=lambda _t: False)
    assert detect(doubtful, Frame(0, 0.0, IMAGE)) is None
    empty = Estimator(lambda _t: None)
    assert detect(empty, Frame(0, 0.0, IMAGE)) is None
    assert len(empty.passes) == 1


def test_one_pass_a_frame_as_a_rule() -> None:
    """A person who walks is found on a crop around their last place; the whole image is used only every WHOLE_S."""
    estimator, video = Estimator(lambda t: 100 + 60 * t), frames(15, 3 * WHOLE_S)
    assert all(follow(estimator, video))
    assert len(estimator.passes) == len(video) + 3
    assert [t for t, region in estimator.passes if region is None] == [0, WHOLE_S, 2 * WHOLE_S]


def test_a_lost_person_is_found_in_the_same_frame() -> None:
    """A jump out of the crop leads to a pass on the whole image at once."""
    estimator = Estimator(lambda t: 100.0 if t < 0.5 else 550.0)
    assert all(follow(estimator, frames(10, 1)))


def test_an_empty_still_room_costs_next_to_nothing() -> None:
    """With no person known and no motion there is a pass at the start, and every STILL_S."""
    estimator, video = Estimator(lambda _t: None), frames(10, 2 * STILL_S)
    assert not any(follow(estimator, video))
    assert len(estimator.passes) == 2


def test_a_person_too_small_for_the_whole_image_stays_detected() -> None:
    """A person who is not always found from afar is still followed when the whole image is due."""
    estimator = Estimator(lambda _t: 320.0, whole=lambda t: t % 8 < 1)
    assert all(follow(estimator, frames(10, 60)))


def test_a_false_person_does_not_stay() -> None:
    """A person found on crops alone, as a coat where a person was may be, is forgotten after a while."""
    found = follow(Estimator(lambda _t: 320.0, whole=lambda t: t < 1), frames(10, 60))
    seen = [pose.t for poses in found for pose in poses]
    assert UNCONFIRMED_S <= max(seen) <= UNCONFIRMED_S + WHOLE_S


def test_a_person_who_moves_stays_though_only_crops_show_them() -> None:
    """What moves is no coat: a person that the whole image does not show, as another is larger, is not forgotten."""
    estimator = Estimator(lambda t: 320 + 30 * np.sin(t), whole=lambda t: t < 1)
    tracker = PeopleTracker(estimator, proposer=CropsThenWhole(Restless()))
    assert all(tracker.estimate(frame) for frame in frames(10, 5 * UNCONFIRMED_S))


def test_of_several_people_the_most_prominent_is_followed() -> None:
    """An estimator may find several; the tracker follows the largest, in the whole image and in crops."""

    class Crowd:
        min_pose_score = 0.5
        most_people = 2
        confirms_new = False

        def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
            small, large = standing_at(350.0, 80), standing_at(300.0)
            return (Pose(frame.t, small, presence=0.9), Pose(frame.t, large, presence=0.8))

    tracker = PeopleTracker(Crowd())
    for frame in frames(10, 3):
        (pose,) = tracker.estimate(frame)
        assert pose.keypoints[0, 0] == 300


def test_who_is_less_likely_a_person_than_required_is_not_detected() -> None:
    """An estimator passes on people who may be known; a new one must be as likely a person as it asks for."""

    class Doubtful:
        min_pose_score = 0.5
        most_people = 1
        confirms_new = False

        def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
            return (Pose(frame.t, standing_at(300.0), presence=0.4),)

    assert detect(Doubtful(), Frame(0, 0.0, IMAGE)) is None


def test_an_image_of_another_size_breaks_nothing() -> None:
    """A camera's images may become smaller than the place where the person was: the crop is inside the new image."""
    estimator = Estimator(lambda t: 600.0 if t < 1 else 20.0)
    tracker = PeopleTracker(estimator)
    assert tracker.estimate(Frame(0, 0.9, IMAGE))
    assert tracker.estimate(Frame(1, 1.0, np.zeros((48, 64, 3), np.uint8)))
    crops = [region for t, region in estimator.passes if t == 1.0 and region]
    assert crops
    assert all(region.right <= 64 and region.bottom <= 48 for region in crops)


@given(st.lists(st.one_of(st.none(), st.floats(-1, 1)), min_size=1, max_size=30), st.floats(5, 30))
def test_a_person_who_is_visible_is_detected(speeds: list[float | None], rate_hz: float) -> None:
    """However a person turns about, comes and goes: a pose for every frame in which they are visible, else none."""
    heights = np.cumsum([speed or 0.0 for speed in speeds]) / rate_hz
    where = [None if speed is None else 320 + 100 * height for speed, height in zip(speeds, heights, strict=True)]
    video = [Frame(index, index / rate_hz, IMAGE) for index in range(len(speeds))]
    places = {frame.t: place for frame, place in zip(video, where, strict=True)}
    tracker = PeopleTracker(Estimator(lambda t: places[t]), 1)
    found = [tracker.estimate(frame) for frame in video]
    shown = [[] if place is None else [float(np.float32(place))] for place in where]
    began = next((index for index, place in enumerate(shown) if place), 0)
    # The first frames show no person, and nothing moves, so the network need not run.
    assert [[float(pose.keypoints[0, 0]) for pose in poses] for poses in found][: began and 1] == shown[: began and 1]
    if began == 0:
        assert [[float(pose.keypoints[0, 0]) for pose in poses] for poses in found] == shown


@dataclass
class RightHalf:
    """A zone: proposes what another proposer does, whole images replaced by the right half."""

    inner: CropsThenWhole = field(default_factory=CropsThenWhole)

    def propose(self, frame: Frame, known: Sequence[Track]) -> Iterator[Proposal]:
        for proposal in self.inner.propose(frame, known):
            yield proposal if proposal.region else replace(proposal, region=Region(320, 0, 640, 480))

    def last_resort(self, frame: Frame) -> Region | None:
        return self.inner.last_resort(frame)


def test_a_proposer_may_wrap_another() -> None:
    """A zone is a proposer around the usual one: people elsewhere are not found, those inside are followed as ever."""
    outside = PeopleTracker(Estimator(lambda t: 100.0), proposer=RightHalf())
    assert not any(outside.estimate(frame) for frame in frames(10, 3))
    inside = PeopleTracker(Estimator(lambda t: 400.0, whole=lambda t: False), proposer=RightHalf())
    assert all(inside.estimate(frame) for frame in frames(10, 2 * UNCONFIRMED_S))
