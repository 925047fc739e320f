"""The one loop: frames in, observations out.

Everything that detects people in a source's frames uses :func:`track`, and everything that recognises what they do
:func:`observe`; only the source and the sinks differ. So a model gets in use what it was trained on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext

from haredge.activity.filter import ActivityFilter
from haredge.core.seams import ActivityRecogniser, FallDetector, Measure, PoseEstimator
from haredge.core.types import Frame, Observation, Pose
from haredge.core.zone import Zone
from haredge.scene.observer import SceneObserver


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
    zones: Sequence[Zone] = (),
    falls: FallDetector | None = None,
    measure: Measure = nullcontext,
) -> Iterator[Observation]:
    """Yield one observation for each frame, in order.

    Each person gets a recogniser and a filter of their own; ``falls`` watches all of them, if falls are looked for.
    ``measure`` times the stages ``pose``, ``activity`` and ``fall``. Errors of the source and of the networks pass
    through.
    """
    scene = SceneObserver(new_recogniser, new_filter, zones=zones, falls=falls, measure=measure)
    for frame, poses in track(frames, tracker, measure):
        yield scene.observe(frame, poses)
