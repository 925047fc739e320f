"""The annotated image."""

from __future__ import annotations

import numpy as np
import pytest

from haredge.activity.timeline import Span
from haredge.core.labels import UNKNOWN
from haredge.core.types import Activity, Frame, Observation, Person, Pose, Prediction
from haredge.video.draw.panel import Panel, shown_size, timeline_image


def observation(size: tuple[int, int], *, person: bool = True) -> Observation:
    frame = Frame(0, 3.0, np.full((*size, 3), 90, np.uint8))
    if not person:
        return Observation(frame, (), Activity(UNKNOWN, 0.0, 0.0))
    pose = Pose(3.0, np.tile(np.array([size[1] / 2, size[0] / 2, 0.9], np.float32), (17, 1)))
    activity = Activity("wave", 0.7, 1.0)
    return Observation(frame, (Person(1, pose, Prediction(3.0, np.array([0.7, 0.3], np.float32)), activity),), activity)


@pytest.mark.parametrize("size", [(480, 640), (240, 320), (1920, 1080), (2160, 3840), (97, 131), (16, 16)])
def test_every_film_gets_a_panel_below_its_picture(size: tuple[int, int]) -> None:
    """The image keeps its shape and is not covered; sizes are even, as codecs want them."""
    panel = Panel(shown_size(size), ["wave", "squat"], (), 4, 10.0)
    image = panel.draw(observation(size, person=False), [Span(UNKNOWN, 0, 3, 0)], 0.0)
    height, width = panel.shown
    assert image.shape == (*panel.size, 3)
    assert image.shape[0] % 2 == image.shape[1] % 2 == 0
    assert max(height, width) <= 1280
    assert abs(width / height - size[1] / size[0]) < 0.05 * size[1] / size[0]
    assert (image[:height] == 90).all()
    assert len(np.unique(image[height:])) > 5


def test_a_small_picture_is_enlarged_for_its_panel_to_be_read() -> None:
    """And one of usual size is left as it is."""
    assert shown_size((90, 160)) == (180, 320)
    assert shown_size((480, 640)) == (480, 640)


def test_what_is_seen_changes_the_picture() -> None:
    """A person gets a skeleton; heading, bars and time line show the activity."""
    panel = Panel((480, 640), ["wave", "squat"], (), 4, 10.0)
    nobody = panel.draw(observation((480, 640), person=False), [], 0.0)
    somebody = panel.draw(observation((480, 640)), [Span("wave", 1, 3, 0.7, 1)], 0.0)
    assert (nobody[:480] != somebody[:480]).any()
    assert (nobody[480:] != somebody[480:]).any()


def test_the_film_is_not_painted_on() -> None:
    """The frame that the pipeline holds stays as it was."""
    seen = observation((480, 640))
    Panel((480, 640), ["wave", "squat"], (), 4, 10.0).draw(seen, [], 0.0)
    assert (seen.frame.image == 90).all()


def test_a_whole_time_line_is_a_picture() -> None:
    """With as much legend as there are activities; also of a video in which nothing was."""
    few = timeline_image([Span("wave", 0, 3, 0.7, 1)], ["wave"], "video.mp4")
    labels = [f"label{n}" for n in range(9)]
    many = timeline_image([Span(label, n, n + 1, 0.7, 1) for n, label in enumerate(labels)], labels, "video.mp4")
    assert many.shape[0] > few.shape[0]
    assert timeline_image([], ["wave"], "video.mp4").shape == few.shape


def test_a_time_line_has_a_row_for_each_person() -> None:
    """As high as there are people in view at the same time, up to a dozen."""

    def height(people: int) -> int:
        spans = [Span("wave", n / 100, 9, 0.7, n + 1) for n in range(people)]
        return len(timeline_image(spans, ["wave"], "video.mp4"))

    assert height(1) < height(2) < height(4) < height(12) == height(40)
