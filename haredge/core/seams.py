"""The seams between haredge's parts: what one part needs of another, and no more.

Data flows one way: a :class:`FrameSource` gives frames, a :class:`PoseEstimator` turns a frame into poses, an
:class:`ActivityRecogniser` turns a person's poses into probabilities, the activity filter turns those into a steady
activity, and every :class:`Sink` receives the resulting observation. Whatever has the methods of a seam can take that
place; nothing has to derive from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import FallAlarm, Frame, Image, Observation, Person, Pose, Prediction

Measure = Callable[[str], AbstractContextManager[object]]
"""Times a stage of the loop by its name, such as ``with measure("pose"): ...``."""


class FrameSource(Protocol):
    """Where frames come from: a camera, a file, a stream."""

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames with growing ``index`` and ``t``.

        A file's end ends the iteration. A camera that cannot be opened, stops or hangs raises
        :class:`haredge.core.errors.SourceError`. Closing the iterator releases the device.
        """


class PoseEstimator(Protocol):
    """Finds people's keypoints in one source's frames."""

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Return a pose for each person detected, in pixels of ``frame.image``; frames come in order.

        Poses of the same person have the same :attr:`Pose.track` from frame to frame, and no two poses of a frame do. A
        person who is there, but was not looked for in this frame, comes with their last pose, whose :attr:`Pose.t` is
        before the frame's.
        """


class ActivityRecogniser(Protocol):
    """Predicts one person's activity, frame by frame: one for each person."""

    @property
    def labels(self) -> Sequence[str]:
        """The labels, in the order of :attr:`Prediction.probabilities`."""

    def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
        """Return what is known after this frame, with the time at which it was predicted; None for nothing.

        ``pose`` is the person's, None if the person is not detected in this frame. A recogniser need not predict
        with every frame: it returns its last prediction while that holds.
        """


class ActivityClassifier(Protocol):
    """Classifies a window of nine poses."""

    @property
    def labels(self) -> Sequence[str]:
        """The labels, in the order of :attr:`Prediction.probabilities`."""

    @property
    def span_s(self) -> float:
        """Seconds from a window's first pose to its last."""

    @property
    def least_span_s(self) -> float:
        """The same of a window that is not full yet, from which on it is classified; ``span_s`` if it must be full."""

    def classify(self, window: Sequence[Pose]) -> Prediction:
        """Classify nine poses evenly spread over ``span_s``, or over ``least_span_s`` at least, oldest first."""


class ImageClassifier(Protocol):
    """Classifies what a person does by one image of them."""

    @property
    def labels(self) -> Sequence[str]:
        """The labels, in the order of the columns of :meth:`probabilities`."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Least probability at which a label is believed, for the labels that have one."""

    def probabilities(self, crops: Sequence[Image]) -> NDArray[np.float32]:
        """Classify crops (height, width, 3), RGB, each of any size: (n, labels), in [0, 1]."""


class FallDetector(Protocol):
    """Watches the people in one source's view, frame by frame, for falls.

    One for the view, not one for each person: it learns the room's perspective from people, and who is lost in a
    fall and detected on the floor under a new number is the same person.
    """

    def update(self, frame: Frame, people: tuple[Person, ...]) -> tuple[tuple[Person, ...], FallAlarm]:
        """Return the same people with their :attr:`Person.fall`, and what there is to report. Frames come in order."""


class Sink(Protocol):
    """Takes observations onward. A class that derives from it need not write ``pause`` and ``close``."""

    def emit(self, observation: Observation) -> None:
        """Take an observation; return at once, without waiting for anything outside the process."""

    def pause(self) -> None:
        """Note that detection is off; called about twice a second while it is."""
        return  # mypy takes an empty body for an abstract method

    def close(self) -> None:
        """Release what was opened; nothing is emitted afterwards."""
        return
