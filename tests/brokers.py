"""A real broker for tests: Debian's mosquitto on a free loopback port, with a configuration of the test's own."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from deadline import wait_until
from paho.mqtt.enums import CallbackAPIVersion
from ports import free_port

from haredge.mqtt.messages import Message

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def answers(port: int) -> bool:
    """Return whether a server listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Broker:
    """One mosquitto. It may be stopped and started again on the same port."""

    folder: Path
    settings: Sequence[str] = ("allow_anonymous true",)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return once it accepts connections."""
        config = self.folder / "mosquitto.conf"
        lines = ["user root", "log_dest stderr", "log_type all", f"listener {self.port} 127.0.0.1", *self.settings]
        config.write_text("\n".join(lines) + "\n")
        assert MOSQUITTO is not None
        with (self.folder / "mosquitto.log").open("ab") as log:
            self.process = subprocess.Popen([MOSQUITTO, "-c", str(config)], stderr=log, cwd=self.folder)
        wait_until(lambda: self._alive() and answers(self.port), f"mosquitto listens; {self.folder}/mosquitto.log")

    def _alive(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "mosquitto.log").read_text()
        return True

    def stop(self) -> None:
        """End it, as an operator would."""
        self.end(kill=False)

    def end(self, *, kill: bool) -> None:
        """End it, by SIGKILL as a power cut would, or by SIGTERM."""
        if self.process is None:
            return
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(timeout=20)
        self.process = None

    def log(self) -> str:
        """Return what it has logged."""
        return (self.folder / "mosquitto.log").read_text()


class Subscriber:
    """A reader of its own: paho without anything of haredge."""

    def __init__(self, port: int, topic: str = "haredge/#", *, qos: int = 1, **login: str) -> None:
        self.received: list[paho.MQTTMessage] = []
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        if login:
            self._client.username_pw_set(login["username"], login["password"])
        self._client.on_message = lambda _client, _data, message: self.received.append(message)
        self._client.on_connect = lambda *_: (self._client.subscribe(topic, qos=qos), None)[1]
        self.subscriptions = 0
        self.lost = 0
        self._client.on_disconnect = self._count_lost
        self._client.on_subscribe = self._count
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        wait_until(lambda: self.subscriptions == 1, "the subscriber is there")

    def _count(self, *_: Any) -> None:
        self.subscriptions += 1

    def _count_lost(self, *_: Any) -> None:
        self.lost += 1

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Say something, for haredge to hear."""
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

    def on(self, topic: str) -> list[bytes]:
        """Return the payloads received on one topic."""
        return [bytes(message.payload) for message in list(self.received) if message.topic == topic]

    def last(self, topic: str) -> bytes | None:
        """Return the last payload received on a topic."""
        return next(iter(reversed(self.on(topic))), None)

    def wait_for(self, topic: str, payload: str | Callable[[bytes], bool]) -> None:
        """Wait until a topic's last payload is, or satisfies, the given one."""
        is_it: Callable[[bytes], Any] = payload if callable(payload) else lambda got: got == payload.encode()
        wait_until(lambda: (got := self.last(topic)) is not None and bool(is_it(got)), f"{payload!r} on {topic}")

    def close(self) -> None:
        """Go away."""
        self._client.disconnect()
        self._client.loop_stop()


def sent(message: Message) -> tuple[str, bytes]:
    """Return what of a message a subscriber sees."""
    return message.topic, message.encoded()


def need_mosquitto() -> None:
    """Skip the test where there is no broker to run it against."""
    if MOSQUITTO is None:
        pytest.skip("mosquitto is not installed (scripts/test.sh installs it)")
