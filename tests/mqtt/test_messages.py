"""Promises of haredge.mqtt.messages: topics and payloads as docs/mqtt.md has them."""

import json

import numpy as np
import pytest
import schemas
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.clock import recorded_clock
from haredge.core.types import Activity, Box, Prediction
from haredge.mqtt import messages
from haredge.mqtt.messages import Episode, Message, PersonReport, Topics

TOPICS = Topics("haredge", "kitchen")
SQUAT = Activity("squat", 0.934567, since=4.0)


def test_topics_lie_under_base_and_node() -> None:
    """One subscription receives all topics of a node, ``haredge/kitchen/#``."""
    names = [TOPICS.status, TOPICS.activity, TOPICS.event, TOPICS.prediction, TOPICS.health]
    assert names == [f"haredge/kitchen/{name}" for name in ("status", "activity", "event", "prediction", "health")]


def test_status_is_retained_plain_text() -> None:
    """A later subscriber learns at once whether the node is online, without parsing JSON."""
    assert messages.status(TOPICS, messages.ONLINE) == Message("haredge/kitchen/status", "online", qos=1, retain=True)


def test_activity_is_retained_and_as_documented() -> None:
    """The keys that programs read keep their names, order and rounding."""
    message = messages.activity(TOPICS, SQUAT, "everyday", since_s=1000.5, reported_s=1001.25)
    assert message.retain
    assert message.payload == {
        "label": "squat",
        "probability": 0.9346,
        "since": "1970-01-01T00:16:40.500Z",
        "reported": "1970-01-01T00:16:41.250Z",
        "model": "everyday",
    }
    schemas.check("activity", message.payload)


def test_events_are_sent_at_least_once_and_not_retained() -> None:
    """A start and its end share an id; the end says how long it was."""
    episode = Episode("ab12", 3, "sofa", SQUAT, "everyday")
    start = messages.event_start(TOPICS, episode, 1000.0, 1000.5)
    end = messages.event_end(TOPICS, episode, 1000.0, 2.5, 1003.0)
    for message in (start, end):
        schemas.check("event", message.payload)
        assert (message.topic, message.qos, message.retain) == ("haredge/kitchen/event", 1, False)
        assert isinstance(message.payload, dict)
        assert (message.payload["id"], message.payload["person"], message.payload["zone"]) == ("ab12", 3, "sofa")
    assert json.loads(end.encoded())["duration_s"] == 2.5
    assert json.loads(end.encoded())["time"] == "1970-01-01T00:16:42.500Z"
    assert json.loads(start.encoded())["reported"] == "1970-01-01T00:16:40.500Z"
    assert json.loads(end.encoded())["reported"] == "1970-01-01T00:16:43.000Z"


def test_people_are_retained_and_as_documented() -> None:
    """The keys that programs read keep their names, order and rounding."""
    people = [
        PersonReport(1, SQUAT, Box(0.12345, 0.2, 0.3, 0.99999), "sofa", "normal"),
        PersonReport(4, Activity("unknown", 0.0, 5.0), None, None, None),
    ]
    message = messages.people(TOPICS, people, recorded_clock(1000.0), 6.5)
    assert (message.topic, message.qos, message.retain) == ("haredge/kitchen/people", 1, True)
    schemas.check("people", message.payload)
    payload = json.loads(message.encoded())
    assert (payload["count"], payload["reported"]) == (2, "1970-01-01T00:16:46.500Z")
    assert payload["people"][0] == {
        "id": 1,
        "label": "squat",
        "probability": 0.9346,
        "since": "1970-01-01T00:16:44.000Z",
        "zone": "sofa",
        "fall": "normal",
        "box": {"left": 0.123, "top": 0.2, "right": 0.3, "bottom": 1.0},
    }
    assert [payload["people"][1][key] for key in ("zone", "fall", "box")] == [None] * 3


def test_who_is_in_view_of_a_closed_camera_is_not_known() -> None:
    """Which is not the same as no one."""
    message = messages.people_unknown(TOPICS, 1000.0)
    schemas.check("people", message.payload)
    assert json.loads(message.encoded())["count"] is None


@pytest.mark.parametrize("occupied", [True, False, None])
def test_a_zone_has_a_topic_of_its_own(occupied: bool | None) -> None:
    """Retained; null is not known."""
    message = messages.zone(TOPICS, "sofa", 1000.0, 1000.5, occupied=occupied)
    assert (message.topic, message.qos, message.retain) == ("haredge/kitchen/zone/sofa", 1, True)
    schemas.check("zone", message.payload)
    assert json.loads(message.encoded())["occupied"] is occupied


def test_prediction_names_every_label() -> None:
    """Probabilities carry their labels, so that a reader needs no list of labels."""
    message = messages.prediction(
        TOPICS, Prediction(0.0, np.array([0.75, 0.25], dtype=np.float32)), ("squat", "clap"), "everyday", 5.0
    )
    assert isinstance(message.payload, dict)
    assert message.payload["probabilities"] == {"squat": 0.75, "clap": 0.25}
    schemas.check("prediction", message.payload)


def test_prediction_with_another_number_of_labels_is_a_bug() -> None:
    """A model whose labels do not fit its output is never published under wrong names."""
    with pytest.raises(ValueError, match="longer"):
        messages.prediction(
            TOPICS, Prediction(0.0, np.array([0.75, 0.25], dtype=np.float32)), ("squat",), "everyday", 5.0
        )


@given(st.text(max_size=20), st.floats(0, 1), st.floats(0, 4e9))
def test_every_activity_survives_the_wire(label: str, probability: float, since_s: float) -> None:
    """Whatever the label and the numbers, the bytes are JSON and hold the same label."""
    message = messages.activity(TOPICS, Activity(label, probability, 0.0), "m", since_s, since_s)
    decoded = json.loads(message.encoded())
    assert decoded["label"] == label
    assert decoded["probability"] == pytest.approx(probability, abs=1e-4)


def test_a_number_that_json_cannot_hold_is_refused() -> None:
    """NaN would be sent as a word that no JSON reader takes."""
    with pytest.raises(ValueError, match="JSON"):
        Message("t", {"fps": float("nan")}).encoded()
