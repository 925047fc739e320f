"""One connection to an MQTT broker. The only module that knows paho.

A :class:`PahoConnection` connects once, lives as long as its connection, and is never used again: nothing half-sent on
one connection can turn up on the next, out of order. What becomes of it is posted as events to
:mod:`haredge.mqtt.client`, which decides what to do.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from haredge.config.schema import MqttConfig
from haredge.mqtt import reasons
from haredge.mqtt.connection import (
    MAX_RECEIVED_BYTES,
    MAX_SENT_BYTES,
    NEWEST,
    OLDEST,
    Accepted,
    Acknowledged,
    ConnectionEvent,
    Lost,
    Received,
    Refused,
    Rejection,
    Terms,
    Unreachable,
)
from haredge.mqtt.credentials import password, tls_context
from haredge.mqtt.messages import Message

EVENT_EXPIRY_S: Final = 24 * 3600
"""How long a broker keeps an event for a subscriber who is away (MQTT 5)."""

LOOP_S: Final = 0.5
"""How long the connection's thread waits at a time for something to read or write."""

_WAITING: Final = 1000
"""Messages that wait for the acknowledgement of those before them; far more than a house needs."""

_PROTOCOLS: Final = {NEWEST: MQTTProtocolVersion.MQTTv5, OLDEST: MQTTProtocolVersion.MQTTv311}

_CALLBACKS: Final = ("on_connect", "on_disconnect", "on_publish", "on_subscribe", "on_message")

_INVALID: Final = "it sends what is not valid MQTT"


class PahoConnection:
    """One connection, in a thread of its own; every outcome is posted as an event."""

    def __init__(
        self,
        config: MqttConfig,
        client_id: str,
        will: Message,
        terms: Terms,
        max_received_bytes: int = MAX_RECEIVED_BYTES,
    ) -> None:
        """Prepare a connection under ``terms``, over which the broker may send packets up to a size.

        Raises :class:`haredge.core.errors.ConfigError` if the password or a certificate cannot be read.
        """
        self._config = config
        self._terms = terms
        self._max_received_bytes = max_received_bytes
        self._post: Callable[[ConnectionEvent], None] = lambda _: None
        self._accepted = False
        self._answered = False
        self._abandoned = False
        self._over = threading.Event()
        self._client = _client(client_id, terms.protocol, max_received_bytes)
        last_words = terms.apply(will)
        self._client.will_set(last_words.topic, last_words.encoded(), last_words.qos, last_words.retain)
        self._client.username_pw_set(config.username, password(config))
        if config.tls.enabled:
            self._client.tls_set_context(tls_context(config.tls))
        for name in _CALLBACKS:
            setattr(self._client, name, getattr(self, f"_{name}"))

    def connect(self, post: Callable[[ConnectionEvent], None]) -> None:
        """Begin to connect; return at once, and post :class:`Accepted`, :class:`Refused` or :class:`Unreachable`."""
        self._post = post
        threading.Thread(target=self._run, name="mqtt-connection", daemon=True).start()

    def publish(self, message: Message) -> int:
        """Send a message; return at once with the number that its :class:`Acknowledged` will carry."""
        info = self._client.publish(
            message.topic, message.encoded(), message.qos, message.retain, self._properties(message)
        )
        if info.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            self._post(Lost("it acknowledges nothing"))
        return info.mid

    def subscribe(self, topic: str, *, retained: bool = False) -> int:
        """Ask for a topic's messages, posted as :class:`Received`; return the number of its :class:`Acknowledged`.

        With MQTT 5, a ``retained`` message comes only if wanted: a command is of its moment, and what strangers
        retained there would come at every connection.
        """
        if self._terms.protocol == NEWEST:
            sent = SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE if retained else SubscribeOptions.RETAIN_DO_NOT_SEND
            options = SubscribeOptions(self._terms.qos, retainHandling=sent)
            number = self._client.subscribe(topic, options=options)[1]
        else:
            number = self._client.subscribe(topic, self._terms.qos)[1]
        return number or 0  # without a connection neither exists

    def disconnect(self, timeout_s: float = 0.0, *, goodbye: bool = True) -> None:
        """Say goodbye, so that the broker does not publish the will, and wait ``timeout_s`` for it to be sent.

        A goodbye overtakes messages that paho has queued. Without one the socket is closed as if haredge had died.
        """
        if goodbye:
            self._client.disconnect()
            self._over.wait(timeout_s)
        self._abandoned = True

    def _run(self) -> None:
        try:
            outcome = self._connected() or self._looped()
        except _TooLargeError:
            outcome = self._invalid(f"a packet of more than {self._max_received_bytes // 1024} kB")
        except Exception as error:  # noqa: BLE001  # paho raises anything at all over a packet that is not valid
            outcome = self._invalid(type(error).__name__)
        if not self._answered:
            self._post(outcome)
        self._over.set()
        self._release()

    def _release(self) -> None:
        """Close what paho has left open, and break the circle of references that keeps its sockets."""
        if (socket := self._client.socket()) is not None:
            with suppress(OSError):
                socket.close()
        self._post = lambda _: None
        for name in _CALLBACKS:
            setattr(self._client, name, None)

    def _connected(self) -> ConnectionEvent | None:
        """Connect; return what went wrong, if anything did."""
        config = self._config
        try:
            self._client.connect(config.host, config.port, config.keepalive_s, properties=self._limits())
        except ssl.SSLError as error:
            why = _tls_reason(error)
            return Refused(f"TLS: {why}", f"check mqtt.tls and the broker's certificate{reasons.clock_hint(why)}")
        except ConnectionResetError as error:
            return self._reset(error)
        except OSError as error:
            return Unreachable(error.strerror or str(error))
        except ValueError as error:  # a host name that cannot be one
            return Unreachable(str(error))
        return None

    def _limits(self) -> Properties | None:
        """Return what the broker must keep to, if the protocol can say so."""
        if self._terms.protocol != NEWEST:
            return None
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.MaximumPacketSize = self._max_received_bytes
        return properties

    def _looped(self) -> ConnectionEvent:
        """Read and write until the connection is over; return why, unless a callback has posted it."""
        code = MQTTErrorCode.MQTT_ERR_SUCCESS
        while code == MQTTErrorCode.MQTT_ERR_SUCCESS and not self._abandoned:
            code = self._client.loop(LOOP_S)
        return self._invalid("") if code == MQTTErrorCode.MQTT_ERR_PROTOCOL else self._ended(None)

    def _invalid(self, detail: str) -> ConnectionEvent:
        """Say that the broker has sent what no client can read; other properties may come with the older protocol."""
        reason = f"{_INVALID} ({detail})" if detail else _INVALID
        if self._accepted:
            return Lost(reason, malformed=True)
        return Refused(reason, f"is it an MQTT broker on port {self._config.port}?", self._other_protocol())

    def _ended(self, reason: Any) -> ConnectionEvent:
        """Say that the connection is over, for a reason of paho's if it knows one."""
        if self._accepted and reason is not None and reason.value == reasons.KEEP_ALIVE_TIMEOUT:
            return Lost(f"no sign of life for {self._config.keepalive_s} s")
        if self._accepted:
            return Lost("the connection was closed", closed=True)
        remedy = "does it want TLS, or a client's certificate?"
        if self._terms.protocol == OLDEST and self._terms.retain:
            remedy += " does it support retained messages (the last will is one)?"
        return Refused("it closes the connection without an answer", remedy, self._other_protocol())

    def _other_protocol(self) -> Terms | None:
        return replace(self._terms, protocol=OLDEST) if self._terms.protocol == NEWEST else None

    def _reset(self, error: ConnectionResetError) -> ConnectionEvent:
        """Say what a connection means that was reset while TLS was agreed on: a broker that knows no TLS there."""
        if self._config.tls.enabled:
            return Refused(
                "it ends the connection before TLS begins", f"does it speak TLS on port {self._config.port}?"
            )
        return Unreachable(error.strerror or str(error))

    def _properties(self, message: Message) -> Properties | None:
        if self._terms.protocol != NEWEST or message.retain or message.qos == 0:
            return None
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = EVENT_EXPIRY_S
        return properties

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, reason: Any, properties: Any) -> None:
        if not reason.is_failure:
            self._accepted = True
            self._post(_accepted(self._terms, properties))
        else:
            self._answer(self._refusal(reason, properties))

    def _refusal(self, reason: Any, properties: Any) -> Refused:
        other = {
            **dict.fromkeys(reasons.UNSUPPORTED_PROTOCOL, self._other_protocol()),
            reasons.RETAIN_NOT_SUPPORTED: replace(self._terms, retain=False) if self._terms.retain else None,
            reasons.QOS_NOT_SUPPORTED: replace(self._terms, qos=0) if self._terms.qos else None,
        }
        server = getattr(properties, "ServerReference", "")
        words = f"{reason}: {server[:100]!a}" if server else str(reason)
        return Refused(words, reasons.remedy(reason.value), other.get(reason.value))

    def _on_disconnect(self, _client: Any, _data: Any, flags: Any, reason: Any, _properties: Any) -> None:
        if not flags.is_disconnect_packet_from_server:
            if reason.value != reasons.PROTOCOL_ERROR:
                self._answer(self._ended(reason))
        elif reason.value == reasons.TAKEN_OVER:
            words = "another client has connected with the same client id"
            self._answer(Refused(words, reasons.remedy(reason.value), taken_over=True))
        elif self._accepted:
            self._answer(Lost(str(reason), reasons.remedy(reason.value)))
        else:
            self._answer(self._refusal(reason, None))

    def _answer(self, event: ConnectionEvent) -> None:
        """Post what has become of the connection, once."""
        if not self._answered:
            self._answered = True
            self._post(event)

    def _on_publish(self, _client: Any, _data: Any, number: int, reason: Any, _properties: Any) -> None:
        self._post(Acknowledged(number, _rejection(reason)))

    def _on_subscribe(self, _client: Any, _data: Any, number: int, answers: Any, _properties: Any) -> None:
        self._post(Acknowledged(number, next(map(_rejection, answers), None)))

    def _on_message(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:  # none of those that were subscribed to
            return
        self._post(Received(topic, bytes(message.payload), message.retain))


class _TooLargeError(Exception):
    """A packet larger than a broker may send."""


class _Client(paho.Client):
    """Paho's client with a limit to what it reads: it would keep 256 MB in memory for a single message."""

    max_received_bytes = MAX_RECEIVED_BYTES

    def _sock_recv(self, bufsize: int) -> bytes:
        if bufsize > self.max_received_bytes:  # the rest of a packet, by its own header
            raise _TooLargeError
        return super()._sock_recv(bufsize)


def _client(client_id: str, protocol: int, max_received_bytes: int) -> paho.Client:
    client = _Client(CallbackAPIVersion.VERSION2, client_id, protocol=_PROTOCOLS[protocol], reconnect_on_failure=False)
    client.max_received_bytes = max_received_bytes
    client.max_inflight_messages_set(1)  # in order, and within any broker's receive maximum
    client.max_queued_messages_set(_WAITING)
    # With an external loop, paho only queues what other threads publish: a socket is written to by one thread.
    client.on_socket_register_write = lambda *_: None
    return client


def _accepted(terms: Terms, properties: Any) -> Accepted:
    """Return what the broker supports of the terms that it has accepted."""
    qos = min(terms.qos, getattr(properties, "MaximumQoS", 1))
    retain = terms.retain and bool(getattr(properties, "RetainAvailable", 1))
    return Accepted(replace(terms, qos=qos, retain=retain), getattr(properties, "MaximumPacketSize", MAX_SENT_BYTES))


def _rejection(reason: Any) -> Rejection | None:
    return Rejection(reason.value, str(reason)) if reason.is_failure else None


def _tls_reason(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or str(error)
