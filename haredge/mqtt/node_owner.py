"""Who speaks as this node: tells two haredge of the same name from one that reconnects.

Two clients of the same id throw each other out for ever, and brokers rarely say why. So each process leaves a retained
claim when it first connects. One that is thrown out, finds another's claim on its return and is soon thrown out again
has a rival; one that is then left in peace renews its own claim, as the other has gone.
"""

from __future__ import annotations

import json
import os
import secrets
import socket

from haredge.mqtt.messages import Message


class Claim:
    """This process's claim to a node's name, and what it knows of a rival's."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self._id = secrets.token_hex(8)
        self._host = socket.gethostname()
        self._made = False
        self.rival: str | None = None
        """Where another process that has made a claim since runs, in words."""

    def once(self) -> Message | None:
        """Return the claim to send at the first connection; None at later ones, which must not hide a rival's."""
        if self._made:
            return None
        self._made = True
        return self._message()

    def renewed(self) -> Message | None:
        """Return the claim to send again once a connection has lasted in spite of a rival; None where there is none."""
        if self.rival is None:
            return None
        self.rival = None
        return self._message()

    def hear(self, payload: bytes) -> None:
        """Take note of the claim that the broker holds."""
        try:
            claim = json.loads(payload)
            other, where = claim["id"], f"{claim['host']}, process {claim['process']}"
        except (ValueError, KeyError, TypeError, RecursionError):
            return  # nobody's claim
        self.rival = where if other != self._id else None

    def _message(self) -> Message:
        payload = {"id": self._id, "host": self._host, "process": os.getpid()}
        return Message(self.topic, payload, qos=1, retain=True)
