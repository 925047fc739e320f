"""From one video to recordings: the daemon's source, its thinning, its pose network."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from haredge.core.counted import counted
from haredge.core.errors import SourceError
from haredge.core.seams import FrameSource
from haredge.core.types import Frame
from haredge.datasets.choice import MOST_PEOPLE, USUAL, PersonRule
from haredge.datasets.recording import NEVER_TWICE, About, Recording, RecordingBuilder
from haredge.extraction.listing import Cut, LabelledVideoFile
from haredge.models.open import PoseFile
from haredge.pipeline import track
from haredge.pose.estimator import RegionEstimator
from haredge.pose.tracker import PeopleTracker
from haredge.sources.throttle import at_rate
from haredge.sources.uri import open_source
from haredge.sources.video import VideoFile

BEYOND_S: Final = 1.0
"""Seconds by which a cut may end after its video: tables are made by people, and containers round."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with every video."""

    pose: PoseFile
    rate_hz: float
    person: PersonRule = USUAL

    def about(self, video: LabelledVideoFile, cut: Cut) -> About:
        """Describe the recording that a cut will give."""
        return About(
            name=cut.name,
            label=cut.label,
            group=cut.group,
            source=video.source,
            rate_hz=self.rate_hz,
            pose_model=self.pose.model,
            person=self.person,
            video_bytes=video.size_bytes,
        )


@dataclass(frozen=True, slots=True)
class Recorded:
    """The recordings of a cut: one, or one of each person."""

    about: About
    """Before the people are numbered."""
    recordings: Sequence[Recording]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A cut of which no recording was made."""

    source: str
    cut: Cut
    reason: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """A video of which a part could not be read; the recordings of the rest come with it."""

    source: str
    damage: str


Outcome = Recorded | Skipped | Damaged


def work(video: LabelledVideoFile, job: Job) -> list[Outcome]:
    """Make the recordings of one video, in the order of its cuts, with the network that this thread keeps open."""
    if getattr(_kept, "model", None) != job.pose.model:
        _kept.estimator, _kept.model = job.pose.open(), job.pose.model
    return extract(video, job, _kept.estimator)


_kept = threading.local()


def skip(video: LabelledVideoFile, reason: str) -> list[Outcome]:
    """Skip all of a video's cuts for the same reason."""
    return [Skipped(video.source, cut, reason) for cut in video.cuts]


def extract(video: LabelledVideoFile, job: Job, estimator: RegionEstimator) -> list[Outcome]:
    """Record the poses in each of a video's cuts: its frames from the start on, up to the end and without it."""
    try:
        video.path.stat()
    except OSError as error:
        return skip(video, error.strerror or str(error))
    try:
        return _extract(open_source(str(video.path)), video, job, estimator)
    except SourceError as error:
        return skip(video, str(error))


def _extract(source: FrameSource, video: LabelledVideoFile, job: Job, estimator: RegionEstimator) -> list[Outcome]:
    recordings = [(cut, RecordingBuilder(job.about(video, cut))) for cut in video.cuts]
    reached_s = -math.inf

    def in_cuts() -> Iterator[Frame]:
        nonlocal reached_s
        for frame in _frames(source, video, job.rate_hz):
            reached_s = frame.t
            if any(cut.start_s <= frame.t < cut.end_s for cut in video.cuts):
                yield frame

    for frame, poses in track(in_cuts(), PeopleTracker(estimator, MOST_PEOPLE)):
        for cut, recording in recordings:
            if cut.start_s <= frame.t < cut.end_s:
                recording.add(poses)
    outcomes = [_outcome(video, cut, recording, reached_s) for cut, recording in recordings]
    damage = source.damage if isinstance(source, VideoFile) else None
    return [*outcomes, Damaged(video.source, damage)] if damage else outcomes


def _frames(source: FrameSource, video: LabelledVideoFile, rate_hz: float) -> Iterator[Frame]:
    """Yield the video's frames, the first that is after all cuts included and no other after that."""
    last_s = max(cut.end_s for cut in video.cuts)
    for frame in at_rate(source, rate_hz):
        yield frame
        if frame.t >= last_s:
            return


def _outcome(video: LabelledVideoFile, cut: Cut, recording: RecordingBuilder, reached_s: float) -> Outcome:
    recordings = recording.build()
    reason = _mistake(cut, reached_s) or ("" if recordings else _emptiness(recording))
    return Skipped(video.source, cut, reason) if reason else Recorded(recording.about, recordings)


def _mistake(cut: Cut, reached_s: float) -> str | None:
    for word, t, allowed_s in (("begins", cut.start_s, 0.0), ("ends", cut.end_s, BEYOND_S)):
        if math.isfinite(t) and t > reached_s + allowed_s:
            return f"it {word} at {t:.1f} s, but the video ends at {reached_s:.1f} s"
    return None


def _emptiness(recording: RecordingBuilder) -> str:
    seen = max(map(len, recording.tracks.values()), default=0)
    if recording.sparse:
        return f"a person is seen in {seen} of its {counted(recording.frames, 'frame')}, {NEVER_TWICE}"
    words = "in none" if not seen else "in one frame only" if seen == 1 else f"in {seen} only"
    return f"a person is seen {words} of its {recording.frames} frames"
