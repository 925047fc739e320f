"""Replays: the poses that a pose network and the tracker gave over a video, kept so that a rule can be tried again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.errors import DataError
from haredge.core.labels import UNKNOWN
from haredge.core.types import Activity, Box, FallAlarm, Frame, Person, Pose
from haredge.core.zone import Point, Zone
from haredge.falls.watch import FallWatch
from haredge.scene.zones import Where
from haredge.sources.throttle import FrameThrottle

UNSEEN: Final = (0.0, 0.5)
"""Least and most share of inferences in which a person goes undetected, in a replay that is weakened."""

BREAKS_EVERY_S: Final = 8.0
"""Mean time between breaks in it."""

BREAK_S: Final = (0.3, 2.0)
"""Shortest and longest break."""

UNLABELLED: Final = Activity(UNKNOWN, 0.0, 0.0)


@dataclass(frozen=True)
class PoseFrame:
    """One inference: its time in the video, and everyone who was detected."""

    t: float
    poses: tuple[Pose, ...]


@dataclass(frozen=True)
class Replay:
    """The poses of one video."""

    name: str
    group: str
    """Which collection it belongs to."""
    size: tuple[int, int]
    """(height, width) of the images in pixels."""
    fall: tuple[float, float] | None
    """Seconds at which the fall in it begins and ends; None if there is none."""
    frames: tuple[PoseFrame, ...]
    bed: tuple[Point, ...] = ()
    """Corners of the zone to rest in, in shares of the image; none if there is no bed."""

    @property
    def quiet_s(self) -> float:
        """Seconds of the video before the fall, or all of it."""
        end = self.fall[0] if self.fall else self.frames[-1].t
        return max(0.0, end - self.frames[0].t)

    def thinned(self, rate_hz: float, skip: int = 0) -> Replay:
        """Return the replay at a lower rate, as the daemon thins out frames, begun ``skip`` frames later."""
        throttle = FrameThrottle()
        frames = tuple(frame for frame in self.frames[skip:] if throttle.accepts(frame.t, rate_hz))
        return replace(self, frames=frames)

    def weakened(self, rng: np.random.Generator) -> Replay:
        """Return the replay as of a network that sees less: people go undetected, now and then for a while.

        Every other fall is not seen before it has ended.
        """
        share = rng.uniform(*UNSEEN)
        starts = self.frames[0].t + np.cumsum(rng.exponential(BREAKS_EVERY_S, 50))
        breaks = [(float(start), float(start + rng.uniform(*BREAK_S))) for start in starts]
        if self.fall is not None and rng.random() < 0.5:
            begin, end = self.fall
            breaks.append((begin + rng.uniform(0, 0.4), end + rng.uniform(-0.2, 0.8)))

        def unseen(t: float) -> bool:
            return bool(rng.random() < share) or any(start <= t <= stop for start, stop in breaks)

        frames = tuple(PoseFrame(frame.t, ()) if unseen(frame.t) else frame for frame in self.frames)
        return replace(self, frames=frames)

    def alarms(self, watch: FallWatch) -> Iterator[FallAlarm]:
        """Yield what a watch reports over the video: each state once."""
        image = np.zeros((*self.size, 3), np.uint8)
        zones = (Zone("bed", self.bed, rest=True),) if self.bed else ()
        last = None
        for index, frame in enumerate(self.frames):
            people = tuple(
                Person(pose.track, pose, None, UNLABELLED, resting=Where.of(pose, self.size, zones).resting)
                for pose in frame.poses
            )
            _, alarm = watch.update(Frame(index, frame.t, image), people)
            if last is None or (alarm.state, alarm.since) != last:
                yield alarm
            last = alarm.state, alarm.since

    def save(self, folder: Path) -> None:
        """Write it to ``folder/group/name.npz``."""
        poses = [(index, pose) for index, frame in enumerate(self.frames) for pose in frame.poses]
        path = folder / self.group / f"{self.name}.npz"
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path,
            size=self.size,
            fall=self.fall or (),
            bed=self.bed,
            t=[frame.t for frame in self.frames],
            frame=np.array([index for index, _ in poses], np.int64),
            track=np.array([pose.track for _, pose in poses], np.int64),
            presence=np.array([pose.presence for _, pose in poses], np.float32),
            box=np.array([pose.box for _, pose in poses], np.float32).reshape(-1, 4),
            keypoints=np.array([pose.keypoints for _, pose in poses], np.float32).reshape(-1, 17, 3),
        )

    @classmethod
    def load(cls, path: Path) -> Replay:
        """Read what :meth:`save` has written."""
        with np.load(path) as stored:
            values = {name: stored[name] for name in stored.files}
        poses: dict[int, list[Pose]] = {}
        for row, frame in enumerate(values["frame"].tolist()):
            pose = Pose(
                float(values["t"][frame]),
                values["keypoints"][row],
                int(values["track"][row]),
                float(values["presence"][row]),
                Box(*values["box"][row].tolist()),
            )
            poses.setdefault(frame, []).append(pose)
        frames = tuple(PoseFrame(t, tuple(poses.get(index, ()))) for index, t in enumerate(values["t"].tolist()))
        height, width = values["size"].tolist()
        fall = tuple(values["fall"].tolist())
        bed = tuple((x, y) for x, y in values.get("bed", np.empty((0, 2))).tolist())
        return cls(path.stem, path.parent.name, (height, width), (fall[0], fall[1]) if fall else None, frames, bed)


def load_all(folder: Path) -> list[Replay]:
    """Read the replays under a folder, in order of group and name. Raises :class:`DataError` if there is none."""
    files = sorted(folder.glob("*/*.npz"))
    if not files:
        raise DataError(f"{folder}: no replays, which `python -m research.falls extract` writes as GROUP/NAME.npz")
    replays = map(Replay.load, files)
    return [replay for replay in replays if replay.frames]
