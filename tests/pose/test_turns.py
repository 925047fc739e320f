"""Who is looked for in a frame, if there is not enough time to look for everyone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pytest
from crowds import Figure, Restless, Room, frames, nearest

from haredge.core.types import Frame, Pose
from haredge.pose.proposals import CropsThenWhole
from haredge.pose.region import Region
from haredge.pose.tracker import PeopleTracker
from haredge.pose.turns import Turns


@dataclass
class Board:
    """A board on which each run of a network takes a time of its own."""

    run_s: float
    now: float = 0.0
    runs: list[tuple[float, Region | None]] = field(default_factory=list)

    def clock(self) -> float:
        return self.now


class SlowRoom(Room):
    """A network that finds one person at a time, on a board."""

    board: Board

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        self.board.now += self.board.run_s
        return super().estimate(frame, region)


def followed(count: int, run_s: float, rate_hz: float, seconds: float = 8) -> tuple[SlowRoom, list[tuple[Pose, ...]]]:
    """Follow people who stand in a row; the first one moves."""
    people = [
        Figure(lambda t, x=80 + 160 * index, moves=index == 0: (x + 20 * np.sin(3 * t) * moves, 400), 130)  # type: ignore[misc]
        for index in range(count)
    ]
    room = SlowRoom(people, most_people=1)
    room.board = Board(run_s)
    turns = Turns(rate_hz, room.board.clock)
    tracker = PeopleTracker(room, count, CropsThenWhole(Restless(), turns))
    # The whole image shows one person at a time, each for a while: all of them are known after two seconds each.
    found = []
    for frame in frames(seconds + 2 * count, rate_hz):
        shown = int(frame.t // 2) if frame.t < 2 * count else 0
        room.people = [*people[shown:], *people[:shown]]
        found.append(tracker.estimate(frame))
    return room, found


def looks(found: list[tuple[Pose, ...]], room: SlowRoom, after_s: float) -> dict[int, list[float]]:
    """Return the times at which each person was found."""
    times: dict[int, set[float]] = defaultdict(set)
    for poses in found:
        for pose in poses:
            if pose.t >= after_s:
                times[nearest(pose, sorted(room.people, key=lambda one: one.path(0.0) or (0, 0)))].add(pose.t)
    return {person: sorted(at) for person, at in times.items()}


def test_a_fast_board_looks_for_everyone_in_every_frame() -> None:
    """There is time for all, so all are looked for."""
    room, found = followed(3, 0.01, 10)
    times = looks(found, room, 8.0)
    assert {person: len(at) for person, at in times.items()} == {0: 60, 1: 60, 2: 60}


@pytest.mark.parametrize(("count", "run_s", "rate_hz"), [(3, 0.05, 10.0), (4, 0.05, 15.0), (4, 0.2, 10.0)])
def test_on_a_slow_board_people_take_turns(count: int, run_s: float, rate_hz: float) -> None:
    """Who moves is looked for most often, and each person five times a second or more; all stay in view meanwhile."""
    room, found = followed(count, run_s, rate_hz)
    begin = 2.0 * count + 3
    times = looks(found, room, begin)
    assert sorted(times) == list(range(count))
    assert all(np.diff(at).max() <= 0.2 + 1 / rate_hz + 1e-6 for at in times.values())
    assert all(len(at) / (at[-1] - at[0]) >= 4.7 for at in times.values())
    assert len(times[0]) == max(len(at) for at in times.values())
    assert sum(map(len, times.values())) < count * len(times[0]) + count or count * run_s < 0.8 / rate_hz
    video = frames(100, rate_hz)
    assert all(len(poses) == count for poses, frame in zip(found, video, strict=False) if frame.t > begin)


def test_fewer_runs_are_made_than_people_are_there() -> None:
    """At 15 frames per second there is time for one run of 50 ms in each frame; four people need two, not four."""
    room, _ = followed(4, 0.05, 15.0)
    crops = sum(1 for t, region in room.runs if t >= 11 and region is not None)
    assert crops < 2.6 * sum(1 for frame in frames(16, 15.0) if frame.t >= 11)
