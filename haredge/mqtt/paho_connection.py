"""One connection to an MQTT broker. The only module that knows paho.

A :class:`PahoLink` is dialled once, lives as long as its connection, and is never used again: nothing half-sent on one
connection can turn up on the next, out of order. What becomes of it is told as events to :mod:`haredge.mqtt.client`,
which decides what to do.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from haredge.config.schema import MqttConfig
from haredge.mqtt.connection import NEWEST, Accepted, Acknowledged, Event, Lost, Received, Refused, Unreachable
from haredge.mqtt.credentials import password, tls_context
from haredge.mqtt.messages import Message

EVENT_EXPIRY_S: Final = 24 * 3600
"""How long a broker keeps an event for a subscriber who is away (MQTT 5)."""

_UNACKNOWLEDGED = 1000
"""Messages on their way at once; more than the broker's receive window, and far more than a house needs."""

_TAKEN_OVER = 0x8E
_WRONG_PROTOCOL = {0x01, 0x84}
_PROTOCOLS = {5: MQTTProtocolVersion.MQTTv5, 4: MQTTProtocolVersion.MQTTv311}


class PahoLink:
    """One connection, in a thread of paho's; every outcome is posted as an event."""

    def __init__(self, config: MqttConfig, client_id: str, will: Message, protocol: int) -> None:
        """Prepare a connection with MQTT version ``protocol`` (5, or 4 for 3.1.1).

        Raises :class:`haredge.core.errors.ConfigError` where the password or a certificate cannot be read.
        """
        self._config = config
        self._protocol = protocol
        self._post: Callable[[Event], None] = lambda _: None
        self._accepted = False
        self._over = threading.Event()
        self._client = _client(client_id, protocol)
        self._client.will_set(will.topic, will.encoded(), will.qos, will.retain)
        self._client.username_pw_set(config.username, password(config))
        if config.tls.enabled:
            self._client.tls_set_context(tls_context(config.tls))
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message

    def dial(self, post: Callable[[Event], None]) -> None:
        """Begin to connect; returns at once, and posts :class:`Accepted`, :class:`Refused` or :class:`Unreachable`."""
        self._post = post
        threading.Thread(target=self._dial, name="mqtt-dial", daemon=True).start()

    def publish(self, message: Message) -> int:
        """Send a message; returns at once with the number that its :class:`Acknowledged` will carry."""
        info = self._client.publish(
            message.topic, message.encoded(), message.qos, message.retain, self._properties(message)
        )
        if info.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            self._post(Lost("it acknowledges nothing"))
        return info.mid

    def subscribe(self, topic: str) -> None:
        """Ask for a topic's messages, at least once; they are posted as :class:`Received`."""
        self._client.subscribe(topic, qos=1)

    def close(self, timeout_s: float = 0.0) -> None:
        """Say goodbye, so that the broker does not publish the will, and wait so long for it to be sent."""
        self._client.disconnect()
        self._over.wait(timeout_s)

    def _dial(self) -> None:
        config = self._config
        try:
            self._client.connect(config.host, config.port, config.keepalive_s)
        except ssl.SSLError as error:
            self._post(Refused(f"TLS: {_tls_reason(error)}", "check mqtt.tls and the broker's certificate"))
        except ConnectionResetError as error:
            self._post(self._reset(error))
        except OSError as error:
            self._post(Unreachable(error.strerror or str(error)))
        except ValueError as error:  # a host name that cannot be one
            self._post(Unreachable(str(error)))
        else:
            self._client.loop_start()

    def _reset(self, error: ConnectionResetError) -> Event:
        """Say what a connection means that was reset while TLS was agreed on: a broker that knows no TLS there."""
        if self._config.tls.enabled:
            return Refused(
                "it ends the connection before TLS begins", f"does it speak TLS on port {self._config.port}?"
            )
        return Unreachable(error.strerror or str(error))

    def _properties(self, message: Message) -> Properties | None:
        if self._protocol != NEWEST or message.retain or message.qos == 0:
            return None
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = EVENT_EXPIRY_S
        return properties

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if not reason.is_failure:
            self._accepted = True
            self._post(Accepted(self._protocol))
        elif reason.value in _WRONG_PROTOCOL:
            self._post(Refused(str(reason), wrong_protocol=True))
        else:
            self._post(Refused(str(reason), "check mqtt.username and mqtt.password_file"))

    def _on_disconnect(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._over.set()
        if reason.value == _TAKEN_OVER:
            remedy = "is another haredge running with the same mqtt.node? give each its own"
            self._post(Refused("another client has come with the same client id", remedy, taken_over=True))
        elif self._accepted:
            self._post(Lost(str(reason)))
        else:
            remedy = "does it want TLS, or a client's certificate?"
            self._post(Refused("it closes the connection without an answer", remedy, wrong_protocol=True))

    def _on_publish(self, _client: Any, _data: Any, number: int, reason: Any, _properties: Any) -> None:
        self._post(Acknowledged(number, str(reason) if reason.is_failure else None))

    def _on_message(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        self._post(Received(message.topic, bytes(message.payload), message.retain))


def _client(client_id: str, protocol: int) -> paho.Client:
    client = paho.Client(
        CallbackAPIVersion.VERSION2, client_id, protocol=_PROTOCOLS[protocol], reconnect_on_failure=False
    )
    client.max_queued_messages_set(_UNACKNOWLEDGED)
    return client


def _tls_reason(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or str(error)
