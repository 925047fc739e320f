"""Promises of haredge.mqtt.messages: topics and payloads as docs/mqtt.md has them."""

import json

import numpy as np
import pytest
import schemas
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.types import Activity, Prediction
from haredge.mqtt import messages
from haredge.mqtt.messages import Episode, Message, Topics

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
    episode = Episode("ab12", SQUAT, "everyday")
    start = messages.event_start(TOPICS, episode, 1000.0, 1000.5)
    end = messages.event_end(TOPICS, episode, 1000.0, 2.5, 1003.0)
    for message in (start, end):
        schemas.check("event", message.payload)
        assert (message.topic, message.qos, message.retain) == ("haredge/kitchen/event", 1, False)
        assert isinstance(message.payload, dict)
        assert message.payload["id"] == "ab12"
    assert json.loads(end.encoded())["duration_s"] == 2.5
    assert json.loads(end.encoded())["time"] == "1970-01-01T00:16:42.500Z"
    assert json.loads(start.encoded())["reported"] == "1970-01-01T00:16:40.500Z"
    assert json.loads(end.encoded())["reported"] == "1970-01-01T00:16:43.000Z"


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
