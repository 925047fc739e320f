"""A transport to standard output: what a dry run shows to a program."""

from __future__ import annotations

import json
from typing import TextIO

from haredge.mqtt.messages import Message


class JsonLines:
    """A transport that writes each message as one JSON object a line, with ``topic, payload, qos, retain``."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def send(self, message: Message) -> None:
        """Write the message and flush, so that a pipe's reader has it at once.

        Raises BrokenPipeError when the reader has gone, as ``head`` does once it has seen enough; ``cli.main`` ends
        quietly then.
        """
        line = {"topic": message.topic, "payload": message.payload, "qos": message.qos, "retain": message.retain}
        self._stream.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
        self._stream.flush()
