"""Recordings through the daemon's own window, classifier and filter: what would have been reported, again and again.

What the daemon knows besides of falls and of the image's edge is left out: a recording has neither boxes nor images.

A recording has the poses that a pose network found, so that rules can be tried on hours of video in seconds. The
predictions, which cost most, are made once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from haredge.activity.classifier import WindowClassifier
from haredge.activity.filter import ActivityFilter
from haredge.activity.posture import LastingPosture
from haredge.activity.recogniser import WindowedRecogniser
from haredge.activity.thresholds import Threshold
from haredge.activity.timeline import Span, Timeline
from haredge.core.types import Frame, Pose, Prediction
from haredge.datasets.recording import SUFFIX, Recording

_BLANK = np.zeros((1, 1, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Step:
    """One frame."""

    t: float
    pose: Pose | None
    prediction: Prediction | None


@dataclass(frozen=True, slots=True)
class Replay:
    """One recording's frames and what the classifier made of them."""

    name: str
    label: str
    """What is done in it, by its data set."""
    group: str
    steps: tuple[Step, ...]

    def spans(
        self, labels: Sequence[str], thresholds: Mapping[str, Threshold], background: Collection[str]
    ) -> Sequence[Span]:
        """Return what a filter with these thresholds reports over it."""
        rule, posture, timeline = ActivityFilter(labels, thresholds, background), LastingPosture(), Timeline()
        for step in self.steps:
            lasting = posture.update(step.pose)
            timeline.add(rule.update(step.t, step.pose is not None, step.prediction, lasting), step.t)
            posture.recognise(step.pose, rule.recognised)
        return timeline.spans()


def replays(folder: Path, classifier: WindowClassifier) -> Iterator[Replay]:
    """Yield the replays of a folder of recordings, in the order of its files."""
    for path in sorted(folder.glob(f"*/*{SUFFIX}")):
        recording = Recording.load(path)
        about = recording.about
        yield Replay(about.title, about.label, about.group, tuple(_steps(recording, classifier)))


def _steps(recording: Recording, classifier: WindowClassifier) -> Iterator[Step]:
    recogniser = WindowedRecogniser(classifier)
    poses = {t: Pose(t, pose) for t, pose in zip(recording.times.tolist(), recording.keypoints, strict=True)}
    for number, t in enumerate(frame_times(recording)):
        pose = poses.get(t)
        prediction = recogniser.update(Frame(number, t, _BLANK), pose)
        yield Step(t, pose, prediction)


def frame_times(recording: Recording) -> list[float]:
    """Return the times of all frames: those of poses, and between them as many as the recording's rate asks for."""
    times: list[float] = recording.times.tolist()
    step, out = 1 / recording.about.rate_hz, times[:1]
    for t in times[1:]:
        missed = max(0, round((t - out[-1]) / step) - 1)
        out += np.linspace(out[-1], t, missed + 2)[1:-1].tolist()
        out.append(t)
    return out
