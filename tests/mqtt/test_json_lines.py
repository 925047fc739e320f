"""Promises of haredge.mqtt.json_lines: what a dry run shows to a program."""

from __future__ import annotations

import io
import json
import os

import pytest

from haredge.mqtt.json_lines import JsonLines
from haredge.mqtt.messages import Message


def test_each_message_is_one_json_object_a_line() -> None:
    """A program reads topic, payload, qos and retain of every message that would have been published."""
    stream = io.StringIO()
    lines = JsonLines(stream)
    lines.send(Message("haredge/k/status", "online", retain=True))
    lines.send(Message("haredge/k/event", {"id": "ä"}, qos=1))
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [
        {"topic": "haredge/k/status", "payload": "online", "qos": 0, "retain": True},
        {"topic": "haredge/k/event", "payload": {"id": "ä"}, "qos": 1, "retain": False},
    ]


def test_each_line_is_flushed() -> None:
    """A pipe's reader has each line at once, not once 8 KB have gathered."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(io.BufferedWriter(raw, 8192))
    JsonLines(stream).send(Message("t", "x"))
    assert raw.getvalue().endswith(b"\n")


def test_a_reader_that_has_seen_enough_is_noticed() -> None:
    """``haredge --dry-run | head -1`` ends: the first write after head has gone says so."""
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w")
    with pytest.raises(BrokenPipeError):
        JsonLines(stream).send(Message("t", "x"))
    with pytest.raises(BrokenPipeError):
        stream.close()
