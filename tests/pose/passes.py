"""A network of which the whole image and a crop show what they are to."""

from __future__ import annotations

from dataclasses import dataclass, field

from crowds import IMAGE, Figure

from haredge.core.types import Frame, Pose
from haredge.pose.region import Region


def person(x: float, y: float, height: float, presence: float = 0.8) -> Pose:
    """Stand a person with their feet at a place."""
    pose = Figure(lambda _t: (x, y), height, presence=lambda _t: presence).pose(0.0)
    assert pose is not None
    return pose


@dataclass
class TwoPasses:
    """A network that shows a pose in the whole image, and another, or none, on a crop; counts its runs."""

    whole: Pose
    crop: Pose | None
    min_pose_score: float = 0.5
    most_people: int = 6
    confirms_new: bool = True
    crops: list[float] = field(default_factory=list)

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        if region is None:
            return (self._at(self.whole, frame),)
        self.crops.append(frame.t)
        return () if self.crop is None else (self._at(self.crop, frame),)

    @staticmethod
    def _at(pose: Pose, frame: Frame) -> Pose:
        return Pose(frame.t, pose.keypoints, presence=pose.presence)


def frame(t: float) -> Frame:
    return Frame(round(30 * t), t, IMAGE)
