"""Promises of haredge.service.skeleton_images: skeletons on black, seldom, and nothing of the camera's image."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from observed import picture, scene, somebody
from transports import Listener

from haredge.core.types import Fall, Image, Person
from haredge.mqtt.messages import Topics
from haredge.opencv import cv2
from haredge.service.skeleton_images import CHANGE_S, REFRESH_S, SkeletonImages

TOPICS = Topics("haredge", "kitchen")


class View:
    """A sink and what it has sent."""

    def __init__(self) -> None:
        self.listener = Listener()
        self.sink = SkeletonImages(self.listener, TOPICS)

    def sends(self, t: float, *people: Person, image: Image | None = None, known: bool = True) -> bool:
        """Return whether an observation makes an image."""
        observation, before = replace(scene(t, *people), known=known), len(self.listener.heard)
        if image is not None:
            observation = replace(observation, frame=replace(observation.frame, image=image))
        self.sink.emit(observation)
        return len(self.listener.heard) > before

    def last(self) -> Image:
        """Return the last image."""
        jpeg = self.listener.heard[-1].encoded()
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert image is not None
        return np.asarray(image, np.uint8)


def test_an_image_is_of_its_moment() -> None:
    """Neither kept by the broker nor sent again: who comes later must not see who was there before."""
    view = View()
    view.sends(1.0, somebody(1))
    (message,) = view.listener.heard
    assert (message.topic, message.qos, message.retain) == ("haredge/kitchen/skeletons", 0, False)


def test_nothing_of_the_cameras_image_is_in_it() -> None:
    """The same people make the same bytes, whatever is behind them; without people all is black."""
    empty = np.zeros((48, 64, 3), np.uint8)
    sent = []
    for image in (picture(1), picture(2), empty):
        view = View()
        view.sends(1.0, somebody(1), image=image)
        assert view.last().max() > 100, "a skeleton"
        view.sends(9.0, image=image)
        assert not view.last().any()
        sent.append([message.encoded() for message in view.listener.heard])
    assert sent[0] == sent[1] == sent[2]


def test_a_change_is_sent_soon_and_a_movement_now_and_then() -> None:
    """Who is there, what they do and a fall are changes; a place is none."""
    view = View()
    assert view.sends(1.0, somebody(1))
    assert not view.sends(1.0 + CHANGE_S, somebody(1, x=20.0))
    assert view.sends(1.0 + REFRESH_S, somebody(1, x=20.0))
    assert not view.sends(11.1, somebody(1, "clap")), "too soon"
    assert view.sends(11.0 + CHANGE_S, somebody(1, "clap"))
    assert view.sends(16.0, somebody(1, "clap", fall=Fall("possible", 15.0)))
    assert view.sends(20.0, somebody(1, "clap"), somebody(2))


def test_an_empty_room_is_sent_once() -> None:
    """The last skeleton is not shown for hours; nor is a black image sent for hours."""
    view = View()
    assert view.sends(0.0), "how it begins"
    assert [view.sends(t) for t in (5.0, 50.0, 5000.0)] == [False] * 3
    assert view.sends(5001.0, somebody(1))
    assert view.sends(5004.0)
    assert not view.last().any()
    assert not view.sends(9000.0)


def test_who_is_hidden_for_a_moment_or_not_yet_believed_makes_no_image() -> None:
    """A black image would say that no one is there; a glimpse of a chair is no person."""
    view = View()
    view.sends(1.0, somebody(1))
    assert not view.sends(30.0, somebody(1, hidden=True))
    assert view.sends(40.0, somebody(2, settled=False)), "no one any longer"
    assert not view.last().any()
    assert not view.sends(60.0, somebody(2, settled=False))


def test_a_loop_that_begins_again_does_not_show_an_empty_room() -> None:
    """As a setting over MQTT makes it: who is there is not gone. What another process left is taken back at once."""
    view = View()
    assert view.sends(0.0, known=False)
    assert view.sends(5.0, somebody(1))
    assert not view.sends(20.0, known=False)
    assert view.sends(22.0)


def test_a_camera_that_is_closed_shows_no_one() -> None:
    """The skeletons of the last moment are taken back, once."""
    view = View()
    view.sink.pause()
    assert view.listener.heard == []
    view.sends(1.0, somebody(1))
    for _ in range(3):
        view.sink.pause()
    assert len(view.listener.heard) == 2
    assert not view.last().any()
    assert view.sends(9.0, somebody(1)), "detection is on again"


@given(st.lists(st.tuples(st.floats(0.01, 1.0), st.sampled_from(["squat", "clap", "wave", None])), max_size=60))
def test_there_is_never_less_than_the_shortest_time_between_two(frames: list[tuple[float, str | None]]) -> None:
    """However quickly people come, go and change."""
    view, t, sent = View(), 0.0, []
    for step_s, label in frames:
        t += step_s
        if view.sends(t, *([] if label is None else [somebody(1, label)])):
            sent.append(t)
    assert all(after - before >= CHANGE_S for before, after in itertools.pairwise(sent))
