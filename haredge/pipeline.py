"""The one loop: frames in, observations out.

Everything that detects people in a source's frames uses :func:`track`, and everything that recognises what they do
:func:`observe`; only the source and the sinks differ. So a model gets in use what it was trained on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext

from haredge.activity.filter import ActivityFilter
from haredge.core.seams import ActivityRecogniser, FallDetector, Measure, PoseEstimator
from haredge.core.types import Frame, Observation, Pose
from haredge.scene.people import People


def track(
    frames: Iterable[Frame], tracker: PoseEstimator, measure: Measure = nullcontext
) -> Iterator[tuple[Frame, tuple[Pose, ...]]]:
    """Yield each frame, in order, with the poses of the people detected in it.

    ``measure`` times the stage ``pose``. Errors of the source and of the network pass through.
    """
    for frame in frames:
        with measure("pose"):
            poses = tracker.estimate(frame)
        yield frame, poses


def observe(
    frames: Iterable[Frame],
    tracker: PoseEstimator,
    new_recogniser: Callable[[], ActivityRecogniser],
    new_filter: Callable[[], ActivityFilter],
    *,
    falls: FallDetector | None = None,
    measure: Measure = nullcontext,
) -> Iterator[Observation]:
    """Yield one observation for each frame, in order.

    Each person gets a recogniser and a filter of their own; ``falls`` watches all of them, if falls are looked for.
    ``measure`` times the stages ``pose``, ``activity`` and ``fall``. Errors of the source and of the networks pass
    through.
    """
    scene = People(new_recogniser, new_filter, measure)
    for frame, poses in track(frames, tracker, measure):
        people, activity = scene.update(frame, poses)
        if falls is None:
            yield Observation(frame, people, activity)
            continue
        with measure("fall"):
            people, alarm = falls.update(frame, people)
        yield Observation(frame, people, activity, alarm)
