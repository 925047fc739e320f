"""A single image through the networks: everyone in it, and what each of them does.

The counterpart of :mod:`haredge.pipeline` where there is nothing before and after: no window, no filter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity.thresholds import ENTER
from haredge.core.labels import UNKNOWN
from haredge.core.seams import ImageClassifier
from haredge.core.types import Box, Frame, Image, Pose
from haredge.pose.estimator import RegionEstimator
from haredge.pose.everyone import everyone
from haredge.still.crop import crop

FIRST: Final = 3
"""Number of the most probable labels that are listed, whatever the threshold."""

BEYOND: Final = 0.08
"""How far a person reaches beyond their keypoints, as a share of the longer side of the keypoints' box."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """What an image shows a person doing."""

    label: str
    """A label of the classifier, or `unknown` if none reaches its threshold."""
    probability: float
    """Of the label, in [0, 1]; 0 for `unknown`."""
    first: Mapping[str, float]
    """The most probable labels with their probabilities, the highest first."""


@dataclass(frozen=True, slots=True)
class PersonInImage:
    """One person of an image."""

    id: int
    """Counts them from 1, from left to right."""
    pose: Pose
    """In pixels of the image."""
    box: Box
    """Round all of the person, hair and feet included, in pixels of the image."""
    labelled: Labelled


@dataclass(frozen=True, slots=True)
class RecognisedImage:
    """All that an image shows."""

    image: Image
    """(height, width, 3) bytes, BGR."""
    people: Sequence[PersonInImage]
    whole: Labelled | None
    """What the image as a whole shows, if no person is detected in it; None otherwise."""


class ImageRecogniser:
    """Recognises what the people in single images do."""

    def __init__(
        self, estimator: RegionEstimator, classifier: ImageClassifier, background: Collection[str] = ()
    ) -> None:
        """Take a pose network, a network that labels crops of people, and those labels that are no activity."""
        self._estimator = estimator
        self._classifier = classifier
        self._background = background

    @property
    def labels(self) -> Sequence[str]:
        """The labels that an image may be given, without `unknown`."""
        return self._classifier.labels

    def recognise(self, image: Image) -> RecognisedImage:
        """Label everyone in an image (height, width, 3), BGR; the whole of it if no person is detected."""
        poses = everyone(self._estimator, Frame(0, 0.0, image))
        crops = [crop(image, pose.box) for pose in poses] or [image]
        rgb = [np.ascontiguousarray(each[:, :, ::-1]) for each in crops]
        labelled = [self._labelled(row) for row in self._classifier.probabilities(rgb)]
        if not poses:
            return RecognisedImage(image, (), labelled[0])
        boxes = [_round(pose, image) for pose in poses]
        people = zip(range(1, len(poses) + 1), poses, boxes, labelled, strict=True)
        return RecognisedImage(image, [PersonInImage(*each) for each in people], None)

    def _labelled(self, probabilities: NDArray[np.float32]) -> Labelled:
        """Turn one row of probabilities, (labels,), into a label."""
        order = np.argsort(-probabilities, kind="stable")[:FIRST]
        first = {self.labels[int(index)]: float(probabilities[index]) for index in order}
        label, probability = next(iter(first.items()))
        if label in self._background or probability < self._classifier.thresholds.get(label, ENTER):
            return Labelled(UNKNOWN, 0.0, first)
        return Labelled(label, probability, first)


def _round(pose: Pose, image: Image) -> Box:
    """Return a box round a person, within the image: keypoints end at eyes and ankles, a network's own box does not."""
    left, top, right, bottom = pose.box
    more = 0.0 if pose.network_box else BEYOND * max(right - left, bottom - top)
    height, width = image.shape[:2]
    return Box(max(0.0, left - more), max(0.0, top - more), min(width, right + more), min(height, bottom + more))
