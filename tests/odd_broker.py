"""A broker of a test's own making, on the wire: it can send anything at all. MQTT 5 and 3.1.1."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

CONNECT, PUBLISH, SUBSCRIBE, PINGREQ, DISCONNECT = 1, 3, 8, 12, 14


def length(number: int) -> bytes:
    """Return a number as MQTT's variable byte integer."""
    out = b""
    while True:
        number, low = number >> 7, number & 127
        out += bytes([low | (128 if number else 0)])
        if not number:
            return out


def text(value: str | bytes) -> bytes:
    """Return text, which need not be UTF-8, with its length before it."""
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack(">H", len(raw)) + raw


def packet(first: int, body: bytes = b"") -> bytes:
    """Return a packet: its first byte, its length, its body."""
    return bytes([first]) + length(len(body)) + body


def publish(
    topic: str | bytes, payload: bytes, *, level: int = 5, properties: bytes = b"", retain: bool = False
) -> bytes:
    """Return a PUBLISH of QoS 0."""
    extra = length(len(properties)) + properties if level == 5 else b""
    return packet(0x30 | retain, text(topic) + extra + payload)


def connack(level: int, reason: int = 0, properties: bytes = b"") -> bytes:
    """Return a CONNACK; a reason of MQTT 5 is a refusal for any cause in 3.1.1."""
    if level < 5:
        return packet(0x20, bytes([0, 5 if reason else 0]))
    return packet(0x20, bytes([0, reason]) + length(len(properties)) + properties)


@dataclass
class Peer:
    """One client's connection, as the broker sees it."""

    socket: socket.socket
    level: int
    will_retained: bool
    will_qos: int
    number: int
    """Counts the broker's connections from 1."""

    def send(self, data: bytes) -> None:
        """Send anything."""
        with suppress(OSError):
            self.socket.sendall(data)

    def end(self) -> None:
        """End the connection without a word."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


@dataclass
class Heard:
    """A PUBLISH that has come."""

    topic: str
    payload: bytes
    qos: int
    retain: bool


Answer = Callable[[Peer], bytes]
Listener = Callable[["OddBroker", Peer, str], None]


def accept(peer: Peer) -> bytes:
    """Accept every client."""
    return connack(peer.level)


@dataclass
class OddBroker:
    """Answers as a broker, except for ``on_connect`` (its CONNACK; empty for none) and what ``on_subscribe`` adds."""

    on_connect: Answer = accept
    on_subscribe: Listener = lambda broker, peer, topic: None
    suback: int = 1
    """Reason of each SUBACK."""
    puback: Callable[[str], int | None] = lambda topic: 0
    """Reason of a PUBACK; None for no PUBACK."""
    peers: list[Peer] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    subscriptions: list[tuple[str, int]] = field(default_factory=list)
    """Topics and options."""
    goodbyes: int = 0

    def __post_init__(self) -> None:
        """Listen, on a port of its own."""
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._attend, daemon=True).start()

    def on(self, topic: str) -> list[bytes]:
        """Return the payloads that have come on a topic."""
        return [each.payload for each in list(self.heard) if each.topic == topic]

    def close(self) -> None:
        """Accept no more clients."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _attend(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(self._listening.accept()[0],), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError, IndexError, struct.error), client:
            first, body = read_packet(client)
            if first >> 4 != CONNECT:
                return
            flags = body[7]
            peer = Peer(client, body[6], bool(flags & 0x20), flags >> 3 & 3, len(self.peers) + 1)
            self.peers.append(peer)
            answer = self.on_connect(peer)
            client.sendall(answer)
            while True:
                self._answer(peer, *read_packet(client))

    def _answer(self, peer: Peer, first: int, body: bytes) -> None:
        kind = first >> 4
        if kind == PUBLISH:
            self._take(peer, first, body)
        elif kind == SUBSCRIBE:
            at = 2 + _properties_end(body[2:]) if peer.level == 5 else 2
            end = at + 2 + struct.unpack(">H", body[at : at + 2])[0]
            topic = body[at + 2 : end].decode()
            self.subscriptions.append((topic, body[end]))
            peer.send(packet(0x90, body[:2] + (b"\0" if peer.level == 5 else b"") + bytes([self.suback])))
            self.on_subscribe(self, peer, topic)
        elif kind == PINGREQ:
            peer.send(packet(0xD0))
        elif kind == DISCONNECT:
            self.goodbyes += 1

    def _take(self, peer: Peer, first: int, body: bytes) -> None:
        end = 2 + struct.unpack(">H", body[:2])[0]
        topic, qos, number = body[2:end].decode(), first >> 1 & 3, body[end : end + 2]
        end += 2 if qos else 0
        end += _properties_end(body[end:]) if peer.level == 5 else 0
        self.heard.append(Heard(topic, body[end:], qos, bool(first & 1)))
        if qos and (reason := self.puback(topic)) is not None:
            reason = reason if peer.level == 5 else 0
            peer.send(packet(0x40, number + (bytes([reason]) if reason else b"")))


def read_packet(client: socket.socket) -> tuple[int, bytes]:
    """Return a packet's first byte and its body; raises OSError at the end."""
    first, size, shift = _exactly(client, 1)[0], 0, 0
    while True:
        byte = _exactly(client, 1)[0]
        size, shift = size | (byte & 127) << shift, shift + 7
        if byte < 128:
            return first, _exactly(client, size)


def _exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = client.recv(count - len(data))
        if not piece:
            raise OSError("the client has gone")
        data += piece
    return data


def _properties_end(body: bytes) -> int:
    size = shift = at = 0
    while True:
        byte = body[at]
        size, shift, at = size | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return at + size
