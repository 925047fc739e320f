"""The types that flow through haredge: frame, pose, prediction, activity, person, observation.

Times ``t`` are seconds on the source's own monotonic clock, never the wall clock: a Pi has no battery-backed clock,
and NTP may move it by hours while haredge runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haredge.core.labels import UNKNOWN
from haredge.core.zone import Zone

Image = NDArray[np.uint8]
"""(height, width, 3) bytes."""

Keypoints = NDArray[np.float32]
"""(17, 3) floats: x, y in pixels of the image, score in [0, 1]; COCO's order (see :mod:`haredge.core.keypoints`)."""


HIDDEN_S: Final = 2.0
"""Seconds for which a person who is hidden counts as being in view, and keeps their activity."""

EDGE: Final = 0.02
"""A box that comes as near as this to the upper or lower edge of the image, as a share of its height, may be cut off
there."""

VISIBLE: Final = 0.1
"""Least score of a keypoint that counts for a person's box."""

SEEN_SCORE: Final = 0.2
"""Least score of a keypoint whose place is believed: with a lower one it counts as not seen."""


class Box(NamedTuple):
    """A rectangle of an image, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def in_shares(self, size: tuple[int, int]) -> Box:
        """Return it in shares of an image of (height, width), in [0, 1], without what lies outside of it."""
        height, width = size
        left, right = (min(max(x / width, 0.0), 1.0) for x in (self.left, self.right))
        top, bottom = (min(max(y / height, 0.0), 1.0) for y in (self.top, self.bottom))
        return Box(left, top, right, bottom)

    def rounded(self, decimals: int) -> dict[str, float]:
        """Return its sides by name, as messages have them."""
        return {side: round(x, decimals) for side, x in self._asdict().items()}


@dataclass(frozen=True, slots=True)
class Frame:
    """One image of a source, with its time."""

    index: int
    """Counts the source's frames from 0, those dropped included."""
    t: float
    """Seconds on the source's clock."""
    image: Image
    """(height, width, 3) bytes, BGR, as OpenCV gives them."""

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.image.shape[0], self.image.shape[1]


@dataclass(frozen=True, slots=True)
class Pose:
    """One person's keypoints in one frame."""

    t: float
    keypoints: Keypoints
    track: int = 0
    """The same for the same person, from frame to frame and if they are found again later; never another's."""
    presence: float = 1.0
    """How sure the network is that a person is there, in [0, 1], on a scale of its own; 1 if no network was asked."""
    network_box: Box | None = None
    """The box that the network itself draws round the person, if it draws one."""

    @property
    def score(self) -> float:
        """Mean of the keypoints' scores, in [0, 1]."""
        return float(self.keypoints[:, 2].mean())

    @property
    def box(self) -> Box:
        """The network's box, or else the one round the visible keypoints; round all of them if none is visible."""
        if self.network_box is not None:
            return self.network_box
        visible = self.keypoints[:, 2] >= VISIBLE
        points = self.keypoints[visible if visible.any() else slice(None), :2]
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return Box(left, top, right, bottom)


@dataclass(frozen=True, slots=True)
class Prediction:
    """A classifier's answer for one window."""

    t: float
    """Time of the window's last pose."""
    probabilities: NDArray[np.float32]
    """(n labels,) in the classifier's order; sums to 1 within quantisation."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What a person is doing, steady from one observation to the next."""

    label: str
    """A label of the classifier, or one of :mod:`haredge.core.labels`."""
    probability: float
    """Smoothed probability of the label, in [0, 1]; 1 for `no_person`, 0 for `unknown`."""
    since: float
    """``t`` at which the activity began."""


@dataclass(frozen=True, slots=True)
class Known:
    """A label of a person's activity, and by what probability it is theirs, of the network or of something else."""

    label: str
    probability: float
    """In [0, 1]."""
    at_once: bool = False
    """Whether it has just happened, so that nothing is held against it."""


FallState = Literal["normal", "descending", "possible", "confirmed", "cleared"]

FOUND_LYING: Final = "found lying"
"""What a fall is put down to that was not seen: the person lies there."""

ACKNOWLEDGED: Final = "acknowledged"
"""Why a fall is over that someone has taken note of."""


@dataclass(frozen=True, slots=True)
class Fall:
    """How far a person's fall has come, whatever their activity is called."""

    state: FallState
    since: float
    """``t`` at which the state began."""
    why: str = ""
    """What gave rise to the state, in a few words."""
    down: float = 0.0
    """By what probability the person is on the ground, as their posture says, after a fall, be it acknowledged or not.

    0 if it is below a half, and if there was no fall."""


@dataclass(frozen=True, slots=True)
class FallAlarm:
    """What there is to report of falls in the view as a whole: the furthest that a person's fall has come.

    It outlives the person's being in view: who has fallen behind the sofa has still fallen.
    """

    state: Literal["clear", "possible", "confirmed"]
    since: float
    """``t`` at which the state began; before the first frame if it began before a restart."""
    person: int | None = None
    """Whose fall it is, by :attr:`Person.id` as last seen; None while clear, and as long as who it is of before a
    restart has not been found."""
    zone: str | None = None
    """Name of the zone in which the person lies; None outside all zones."""
    why: str = ""
    """What gave rise to the state, in a few words."""
    id: str = ""
    """Unique to the fall, through all its states, over a restart too; empty if there has been none."""
    others: tuple[FallAlarm, ...] = ()
    """The falls of others: those that stand, the furthest first, and those that are over since the frame before."""

    @property
    def standing(self) -> tuple[FallAlarm, ...]:
        """All falls that stand, this one first; empty while clear."""
        return tuple(replace(each, others=()) for each in (self, *self.others) if each.state != "clear")


@dataclass(frozen=True, slots=True)
class Person:
    """One person in one frame."""

    id: int
    """Counts the people of a source from 1 as they come into view; one that the tracker finds again keeps theirs."""
    pose: Pose | None
    """None while the person is lost for a moment, or has just left."""
    prediction: Prediction | None
    """None while there is not enough to classify."""
    activity: Activity
    """Steady; `unknown` until a label is given."""
    zone: str | None = None
    """Name of the zone in which the person's feet are, or the hips of who lies; None outside all zones. Steady."""
    fall: Fall | None = None
    """None if falls are not looked for."""
    settled: bool = True
    """Whether in view for long enough to be believed: a glimpse of a chair is no person to count, name or draw."""
    resting: bool = False
    """Whether their feet or hips are, at this moment, in a zone that people rest in."""


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Whether there is anyone in a zone, steady from one observation to the next."""

    zone: Zone
    occupied: bool | None
    """None as long as it is not known, after the beginning."""
    since: float
    """``t`` from which on it has been so."""


@dataclass(frozen=True, slots=True)
class Observation:
    """All that is known of one frame, once it has been through the pipeline."""

    frame: Frame
    people: tuple[Person, ...]
    """In the order in which they came; empty if no person is detected."""
    activity: Activity
    """The scene's, in one label: see :mod:`haredge.scene.activity`; `no_person` if no settled person is in view."""
    fall_alarm: FallAlarm | None = None
    """None if falls are not looked for."""
    zones: tuple[Occupancy, ...] = ()
    """All zones, in the order of the configuration; one that is ignored is never occupied."""
    person: int | None = None
    """:attr:`Person.id` of the one whose activity is the scene's; None if no settled person is in view."""
    known: bool = True
    """Whether it is known who is in view. A loop that has just begun does not know that a room is empty."""

    @property
    def activity_so_far(self) -> Activity:
        """The scene's activity for a reader of now: `unknown` until it is known who is in view."""
        return self.activity if self.known else Activity(UNKNOWN, 0.0, self.activity.since)

    @property
    def prediction(self) -> Prediction | None:
        """The prediction of the person whose activity is the scene's, for a reader that has room for one."""
        return next((each.prediction for each in self.people if each.id == self.person), None)
