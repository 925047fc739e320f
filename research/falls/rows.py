"""From replays to rows of cues with their labels: on the ground after a fall, or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.falls.baseline import UprightSelf
from haredge.falls.body import Body
from haredge.falls.cues import CueHistory, Cues
from haredge.falls.perspective import Perspective
from research.falls.replay import Replay

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

JUST_FALLEN_S: Final = 1.5
"""Seconds after the ground is reached in which the cues of the way down still show."""

LYING_S: Final = 3.0
"""Seconds for which a person lies at least after a fall of these videos."""

REACHED_S: Final = 0.1
"""Seconds before the annotated end of a fall from which the person counts as on the ground."""


@dataclass(frozen=True)
class Rows:
    """Cues of many people in many frames; those of one person are in order."""

    cues: Floats
    """(n, cues) in the order of :class:`Cues`; NaN where missing."""
    quiet: Bools
    """(n,) whether no fall has begun."""
    just_fallen: Bools
    """(n,) whether the ground was reached a moment ago."""
    on_ground: Bools
    """(n,) whether the ground was reached, and the person cannot have got up since."""
    weight: Floats
    """(n,) such that all videos with a fall weigh alike, and all without."""
    person: NDArray[np.int64]
    """(n,) the same for all rows of one person."""

    def of(self, keep: Bools) -> Rows:
        """Return some of the rows."""
        return Rows(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))


def rows(replays: Iterable[Replay], weight: Mapping[str, float] = MappingProxyType({})) -> Rows:
    """Collect the rows of replays, each with a room of its own; ``weight`` is by group, 1 if it is not named."""
    taken = [(number, replay, *row) for number, replay in enumerate(replays) for row in _rows(replay)]
    since = np.array([np.nan if replay.fall is None else t - replay.fall[1] for _, replay, _, t, _ in taken])
    quiet = np.array([replay.fall is None or t < replay.fall[0] for _, replay, _, t, _ in taken])
    on_ground = (since >= -REACHED_S) & (since <= LYING_S)
    counts = Counter((row[0], bool(quiet[index])) for index, row in enumerate(taken))
    return Rows(
        np.array([[np.nan if value is None else value for value in cues] for *_, cues in taken], np.float64),
        quiet,
        on_ground & (since <= JUST_FALLEN_S),
        on_ground,
        np.array(
            [weight.get(row[1].group, 1.0) / counts[row[0], bool(quiet[index])] for index, row in enumerate(taken)]
        ),
        np.array([number * 10_000 + track for number, _, track, *_ in taken]),
    )


def _rows(replay: Replay) -> Iterator[tuple[int, float, Cues]]:
    """Yield track, time and cues of everyone in every frame of a replay."""
    room = Perspective(replay.size[0])
    people: dict[int, tuple[UprightSelf, CueHistory]] = {}
    for frame in replay.frames:
        for pose in frame.poses:
            upright, history = people.setdefault(pose.track, (UprightSelf(room), CueHistory()))
            body = Body.of(pose, replay.size[0])
            upright.learn(body)
            if (cues := history.update(body, upright)) is not None:
                yield pose.track, frame.t, cues
