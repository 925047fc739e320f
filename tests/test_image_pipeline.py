"""Promises of haredge.image_pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import crowd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from haredge.core.types import Box, Frame, Image, Pose
from haredge.image_pipeline import ImageRecogniser
from haredge.pose.region import Region

IMAGE: Image = np.zeros((480, 640, 3), np.uint8)


@dataclass
class One:
    """Finds one person, wherever it runs."""

    box: Box | None = None
    there: bool = True
    min_pose_score: float = 0.5
    most_people: int = 1
    confirms_new: bool = False

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        return (Pose(frame.t, crowd.skeleton(300, 240, 200), network_box=self.box),) * self.there


@dataclass
class Answers:
    """Gives the same answer to each crop, and keeps them."""

    row: Sequence[float]
    thresholds: Mapping[str, float] = field(default_factory=dict)
    labels: Sequence[str] = ("drinking", "eating", "texting", "other")
    crops: list[NDArray[np.uint8]] = field(default_factory=list)

    def probabilities(self, crops: Sequence[Image]) -> NDArray[np.float32]:
        self.crops += crops
        return np.array([self.row] * len(crops), np.float32)


def test_a_crop_is_rgb_and_round_the_person() -> None:
    """A network that was trained on red would see blue otherwise."""
    image = IMAGE.copy()
    image[:] = (10, 20, 30)
    classifier = Answers((0.7, 0.1, 0.1, 0.1))
    ImageRecogniser(One(), classifier).recognise(image)
    (crop,) = classifier.crops
    assert crop[0, 0].tolist() == [30, 20, 10]
    assert 184 < crop.shape[0] < 400


@pytest.mark.parametrize(
    ("row", "label"),
    [
        ((0.61, 0.2, 0.1, 0.09), "drinking"),
        ((0.59, 0.2, 0.1, 0.11), "unknown"),
        ((0.1, 0.81, 0.05, 0.04), "eating"),
        ((0.1, 0.79, 0.06, 0.05), "unknown"),
        ((0.01, 0.01, 0.01, 0.97), "unknown"),
    ],
)
def test_a_label_needs_its_threshold(row: Sequence[float], label: str) -> None:
    """The model's own, else the usual one; a label of the background class is no activity."""
    recogniser = ImageRecogniser(One(), Answers(row, {"eating": 0.8}), ("other",))
    (person,) = recogniser.recognise(IMAGE).people
    assert person.labelled.label == label
    assert person.labelled.probability == (0.0 if label == "unknown" else pytest.approx(max(row)))


@given(st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4))
def test_the_first_three_are_the_most_probable(row: list[float]) -> None:
    """Whatever the thresholds, the highest first."""
    whole = ImageRecogniser(One(there=False), Answers(row)).recognise(IMAGE).whole
    assert whole is not None
    assert list(whole.first.values()) == sorted(row, reverse=True)[:3]


def test_a_box_holds_all_of_a_person() -> None:
    """More than the keypoints, never beyond the image; a network's own box stays as it is."""
    (person,) = ImageRecogniser(One(), Answers((1, 0, 0, 0))).recognise(IMAGE).people
    keypoints = person.pose.keypoints
    assert person.box.top < keypoints[:, 1].min()
    assert person.box.bottom > keypoints[:, 1].max()
    own = Box(250, 100, 350, 400)
    (person,) = ImageRecogniser(One(own), Answers((1, 0, 0, 0))).recognise(IMAGE).people
    assert person.box == own
