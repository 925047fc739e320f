"""Following one person through the frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.types import Frame, Pose
from haredge.pose.region import Region
from haredge.pose.tracker import UNSEEN_S, WHOLE_S, Follower, find

IMAGE = np.zeros((480, 640, 3), np.uint8)


def standing_at(x: float, height_px: float = 100) -> np.ndarray:
    keypoints = np.full((17, 3), 0.9, np.float32)
    keypoints[:, 0] = x
    keypoints[:, 1] = np.linspace(240 - height_px / 2, 240 + height_px / 2, 17)
    return keypoints


@dataclass
class Eye:
    """Sees a person who is where ``place`` says, if that is in what it looks at, and remembers where it looked."""

    place: Callable[[float], float | None]
    sees_whole: Callable[[float], bool] = lambda _t: True
    sees_part: Callable[[float], bool] = lambda _t: True
    looked: list[tuple[float, Region | None]] = field(default_factory=list)

    def estimate(self, frame: Frame, region: Region | None = None) -> Pose | None:
        self.looked.append((frame.t, region))
        x = self.place(frame.t)
        able = self.sees_whole(frame.t) if region is None else self.sees_part(frame.t)
        inside = x is not None and (region is None or region.left <= x < region.right)
        return Pose(frame.t, standing_at(x)) if able and inside and x is not None else None


def frames(rate_hz: float, seconds: float) -> list[Frame]:
    return [Frame(index, index / rate_hz, IMAGE) for index in range(round(rate_hz * seconds))]


def follow(eye: Eye, film: list[Frame]) -> list[Pose | None]:
    follower = Follower(eye)
    return [next(iter(follower.estimate(frame)), None) for frame in film]


def test_a_picture_is_looked_at_twice() -> None:
    """First the whole, then the surroundings of the person that it shows."""
    eye = Eye(lambda _t: 320.0)
    assert find(eye, Frame(0, 0.0, IMAGE)) is not None
    assert [region for _, region in eye.looked] == [None, Region.around(standing_at(320), (480, 640))]


def test_nobody_is_there_unless_both_looks_say_so() -> None:
    """What looks like a person only from afar is nobody; an empty picture is not looked at again."""
    doubtful = Eye(lambda _t: 320.0, sees_part=lambda _t: False)
    assert find(doubtful, Frame(0, 0.0, IMAGE)) is None
    empty = Eye(lambda _t: None)
    assert find(empty, Frame(0, 0.0, IMAGE)) is None
    assert len(empty.looked) == 1


def test_one_look_a_frame_as_a_rule() -> None:
    """Somebody who walks is looked at where they were, and the whole picture only every WHOLE_S."""
    eye, film = Eye(lambda t: 100 + 60 * t), frames(15, 3 * WHOLE_S)
    assert all(follow(eye, film))
    assert len(eye.looked) == len(film) + 3
    assert [t for t, region in eye.looked if region is None] == [0, WHOLE_S, 2 * WHOLE_S]


def test_somebody_who_is_lost_is_looked_for_at_once() -> None:
    """A jump out of the region is found in the same frame, with a look at the whole picture."""
    eye = Eye(lambda t: 100.0 if t < 0.5 else 550.0)
    assert all(follow(eye, frames(10, 1)))


def test_an_empty_room_costs_one_look_a_frame() -> None:
    """Nobody was there, so there is no place to look closer at."""
    eye, film = Eye(lambda _t: None), frames(10, 5)
    assert not any(follow(eye, film))
    assert len(eye.looked) == len(film)


def test_somebody_too_small_for_the_whole_picture_stays_in_view() -> None:
    """Who cannot always be seen from afar is still followed when the whole picture's turn comes."""
    eye = Eye(lambda _t: 320.0, sees_whole=lambda t: t % 8 < 1)
    assert all(follow(eye, frames(10, 60)))


def test_a_ghost_does_not_stay() -> None:
    """Who is seen by close looks alone, as a coat where somebody was may be, is forgotten after a while."""
    poses = follow(Eye(lambda _t: 320.0, sees_whole=lambda t: t < 1), frames(10, 60))
    seen = [pose.t for pose in poses if pose]
    assert UNSEEN_S <= max(seen) <= UNSEEN_S + WHOLE_S


def test_somebody_nearer_takes_over() -> None:
    """When the whole picture shows somebody else, they are followed from then on."""
    eye = Eye(lambda t: 100.0)
    follower = Follower(eye)
    follower.estimate(Frame(0, 0.0, IMAGE))
    eye.place = lambda t: 500.0
    eye.sees_part = lambda t: True
    (pose,) = follower.estimate(Frame(1, WHOLE_S, IMAGE))
    assert pose.keypoints[0, 0] == 500


def test_a_picture_of_another_size_is_no_trouble() -> None:
    """A camera whose pictures become smaller than where the person was is looked at anew."""
    follower = Follower(Eye(lambda t: 600.0 if t < 1 else 20.0))
    assert follower.estimate(Frame(0, 0.9, IMAGE))
    assert follower.estimate(Frame(1, 1.0, np.zeros((48, 64, 3), np.uint8)))


@given(st.lists(st.one_of(st.none(), st.floats(0, 639)), min_size=1, max_size=30), st.floats(0.5, 30))
def test_who_can_be_seen_is_seen(path: list[float | None], rate_hz: float) -> None:
    """However somebody jumps about or comes and goes: a pose for every frame in which they are, else none."""
    film = [Frame(index, index / rate_hz, IMAGE) for index in range(len(path))]
    where = {frame.t: place for frame, place in zip(film, path, strict=True)}
    poses = follow(Eye(lambda t: where[t]), film)
    assert [pose and float(pose.keypoints[0, 0]) for pose in poses] == [
        place if place is None else float(np.float32(place)) for place in path
    ]
