"""Following people from frame to frame."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.interval import passed
from haredge.core.types import Frame, Pose
from haredge.pose.assignment import best_pairs
from haredge.pose.both_passes import with_second_pass
from haredge.pose.closer import Doubts
from haredge.pose.estimator import RegionEstimator, new_people
from haredge.pose.proposals import CropsThenWhole, Proposal, RegionProposer
from haredge.pose.region import Region
from haredge.pose.shared_crop import SharedCrop
from haredge.pose.similarity import size_px
from haredge.pose.tracks import Sighting, Track, Tracks, fits, prominence
from haredge.pose.turns import Turns

CLOSER: Final = 2.0
"""Times the presence that a person who is new needs on a crop: a curtain may look like one."""

IN_CROP: Final = 2 / 3
"""Presence that a person who is known needs in a crop for several, as a share of what one who is new needs."""

SMALL: Final = 0.1
"""Size of a person, as a share of the image's longer side, below which they need as much as one who is new."""

NO_ONE_S: Final = 0.1
"""Seconds for which a crop where something moves is not run on again after one that has shown no one."""

Ignored = Callable[[Pose, tuple[int, int]], bool]
"""Whether a pose in an image of (height, width) is no person's, as of someone on a television."""


def detect(estimator: RegionEstimator, frame: Frame) -> Pose | None:
    """Find the most prominent person in the whole image, and confirm them by a second pass on a crop; None if neither.

    What only resembles a person from afar seldom passes it, and a network for one person finds the limbs more exactly.
    """
    first = most_prominent(new_people(estimator, frame))
    return second_pass(estimator, frame, first) if first else None


def second_pass(estimator: RegionEstimator, frame: Frame, pose: Pose) -> Pose | None:
    """Return a person's pose with the help of a crop around them; None if it is probably no person's.

    A network for one person finds the limbs more exactly there, one for several is made for whole images: of both
    its poses one is made.
    """
    if estimator.most_people == 1:
        return refine(estimator, frame, pose)
    return with_second_pass(estimator, frame, pose)


def refine(estimator: RegionEstimator, frame: Frame, pose: Pose) -> Pose | None:
    """Run only on a crop around a person whose pose is known, in this frame or in the one before."""
    return most_prominent(new_people(estimator, frame, Region.around(pose.keypoints, frame.size)))


def most_prominent(poses: Sequence[Pose]) -> Pose | None:
    """Return the most prominent person's pose; None if there are none."""
    return max(poses, key=prominence, default=None)


class PeopleTracker:
    """Follows people through one source's frames; implements :class:`haredge.core.seams.PoseEstimator`."""

    def __init__(
        self,
        estimator: RegionEstimator,
        most: int = 1,
        proposer: RegionProposer | None = None,
        *,
        rate_hz: float | None = None,
        ignored: Ignored = lambda _pose, _size: False,
    ) -> None:
        """Follow at most ``most`` people.

        ``proposer`` says where to run, by default what suits the estimator. With a ``rate_hz``, for live sources,
        people are looked for in turn if a slow board could not keep up with so many frames per second otherwise.
        Poses that are ``ignored`` take no one's place.
        """
        self._estimator = estimator
        self._ignored = ignored
        self._proposer = proposer or _proposer(estimator, rate_hz)
        self._tracks: Final = Tracks(most)
        self._doubts: Final = Doubts()
        self._t = self._no_one_t = -math.inf
        self._size = (0, 0)

    @property
    def remembers(self) -> int:
        """Number of people who are known, be they in view or lost; bounded whatever comes along."""
        return len(self._tracks.known())

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Return the poses of the people in view, in pixels of ``frame.image``, in the order in which they came.

        Frames must come in order. A time before the last one, or an image of another size, starts from scratch.
        """
        if frame.t < self._t or frame.size != self._size:
            self._tracks.clear()
        self._t, self._size = frame.t, frame.size
        search = _Search(self._estimator, frame, self._tracks.known(), self._doubts, self._ignored)
        for proposal in self._proposer.propose(frame, self._tracks.known()):
            search.run(proposal)
        if not search.has_anyone and passed(self._no_one_t, frame.t, NO_ONE_S):
            self._look_closer(search, frame)
        return self._tracks.update(
            frame.t,
            self._size,
            search.sightings,
            min_pose_score=self._estimator.min_pose_score,
            looked_for=search.looked_for,
            confirmed=search.confirmed,
        )

    def _look_closer(self, search: _Search, frame: Frame) -> None:
        region = self._proposer.last_resort(frame)
        if region is not None:
            search.run_closer(region)
            if not search.has_anyone:
                self._no_one_t = frame.t


def _proposer(estimator: RegionEstimator, rate_hz: float | None) -> RegionProposer:
    if estimator.most_people > 1:
        return SharedCrop()
    return CropsThenWhole(turns=None if rate_hz is None else Turns(rate_hz))


class _Search:
    """What was found in one frame so far, and who was looked for."""

    def __init__(
        self, estimator: RegionEstimator, frame: Frame, known: Sequence[Track], doubts: Doubts, ignored: Ignored
    ) -> None:
        self._estimator = estimator
        self._ignored = ignored
        self._frame = frame
        self._known = known
        self._doubts = doubts
        # Where a second pass is to confirm who is new, it does so on these crops, too.
        self._closer_score = estimator.min_pose_score * (1.0 if estimator.confirms_new else CLOSER)
        self._found: set[int] = set()
        self.sightings: list[Sighting] = []
        self.looked_for: set[int] = set()
        self.confirmed: set[int] = set()
        """Numbers of the people who are shown by more than a crop."""

    def run(self, proposal: Proposal) -> None:
        """Run on a proposed region, unless all that could be found there has been found."""
        if proposal.track in self._found or (proposal.if_missed and self.looked_for <= self._found):
            return
        poses = self._estimate(proposal.region)
        if proposal.confirm:
            self._confirm(poses)
        elif proposal.track:
            self._take_one(proposal, poses)
        elif proposal.among:
            self._take_shared(proposal.among, poses)
        else:
            self._take_all(poses, self._estimator.min_pose_score)

    def _estimate(self, region: Region | None) -> list[Pose]:
        poses = self._estimator.estimate(self._frame, region)
        return [pose for pose in poses if not self._ignored(pose, self._frame.size)]

    def _take_one(self, proposal: Proposal, poses: Sequence[Pose]) -> None:
        """Take what a crop around one person shows."""
        self.looked_for.add(proposal.track)
        for pose in poses:
            self._add(pose, self._owner(pose), whole=False)
        if proposal.moving and proposal.track in self._found:
            self.confirmed.add(proposal.track)

    def _take_shared(self, among: Sequence[int], poses: Sequence[Pose]) -> None:
        """Take what a crop for several people shows, some of those who are known.

        Of what a crop enlarges, such as the place that someone has just left, much is no person: the smaller someone
        is in the image, the surer it has to be. Who is not taken is missed, and sought in the whole image.
        """
        self.looked_for |= set(among)
        small_px = SMALL * max(self._frame.size)
        least = self._estimator.min_pose_score
        sure = [pose for pose in poses if pose.presence >= (least if size_px(pose) < small_px else IN_CROP * least)]
        self._add_all(sure, self._closer_score)

    def _take_all(self, poses: Sequence[Pose], least: float) -> None:
        """Take what was found where everyone was looked for: who is new needs a presence of ``least``."""
        self.looked_for |= {track.id for track in self._known}
        self._add_all(poses, least)

    def run_closer(self, region: Region) -> None:
        """Run on a crop where something moves, as there is no one to be found elsewhere."""
        self._take_all(self._estimate(region), self._closer_score)

    def _add_all(self, poses: Sequence[Pose], least: float) -> None:
        """Add people: who is new needs a presence of ``least``, who has been found in this frame stays as found."""
        fit = fits(self._known, poses, self._frame.t)
        again = self._shown_before(fit)
        kept = [
            index
            for index, pose in enumerate(poses)
            if not again[index] and (fit[:, index].any() or self._may_be_new(pose, least))
        ]
        self._found |= {self._known[index].id for index, _ in best_pairs(fit[:, kept])}
        self.sightings += [Sighting(poses[index], whole=True) for index in kept]

    def _shown_before(self, fit: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which poses (poses,) fit best who has been found in this frame; ``fit`` is (known, poses)."""
        found = np.array([track.id in self._found for track in self._known], bool)
        best = fit.max(0, initial=0.0)
        return np.asarray((best > 0) & (fit[found].max(0, initial=0.0) >= best))

    def _may_be_new(self, pose: Pose, least: float) -> bool:
        """Return whether a person who is not known counts; by a second pass, for a network that needs one."""
        if pose.presence < least:
            return False
        return not self._estimator.confirms_new or self._doubts.is_person(self._estimator, self._frame, pose)

    def _confirm(self, poses: Sequence[Pose]) -> None:
        """Look closer at people who were found in the whole image, unless a crop has shown them already."""
        for pose in poses:
            owner = self._owner(pose)
            if owner and owner.id in self._found:
                self.confirmed.add(owner.id)
            elif owner or pose.presence >= self._estimator.min_pose_score:
                region = Region.around(pose.keypoints, self._frame.size)
                closer = self._estimate(region)
                kept = self._best(owner, closer) if owner else most_prominent(closer)
                if kept and (owner or kept.presence >= self._estimator.min_pose_score):
                    self._add(kept, owner, whole=True)

    def _add(self, pose: Pose, owner: Track | None, *, whole: bool) -> None:
        self.sightings.append(Sighting(pose, whole))
        if owner:
            self._found.add(owner.id)
            if whole:
                self.confirmed.add(owner.id)

    @property
    def has_anyone(self) -> bool:
        """Return whether this frame has shown someone, known or new."""
        return bool(self._found) or any(
            one.pose.presence >= self._estimator.min_pose_score for one in self.sightings if one.whole
        )

    def _owner(self, pose: Pose) -> Track | None:
        """Return the person that a pose fits best; None if it fits no person known."""
        fit = fits(self._known, [pose], self._frame.t)[:, 0]
        return self._known[int(fit.argmax())] if fit.any() else None

    def _best(self, owner: Track, poses: Sequence[Pose]) -> Pose | None:
        """Return the pose that fits a person best; None if none does."""
        fit = fits([owner], poses, self._frame.t)[0]
        return poses[int(fit.argmax())] if fit.any() else None
