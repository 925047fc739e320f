"""Puts together what speaks to the configured broker: the client, its connections and the last will."""

from __future__ import annotations

import hashlib

from haredge.config.schema import MqttConfig
from haredge.core.address import with_port
from haredge.mqtt import messages
from haredge.mqtt.backoff import Timeouts
from haredge.mqtt.client import MqttClient
from haredge.mqtt.messages import Topics
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.paho_connection import PahoConnection


def client_of(
    config: MqttConfig,
    outbox: Outbox | None = None,
    timeouts: Timeouts = Timeouts(),  # noqa: B008  # frozen
) -> MqttClient:
    """Return the transport to the configured broker, not yet started.

    Events that wait for the broker are kept in ``outbox``; by default in memory only.
    """
    will = messages.status(Topics(config.base, config.node), messages.OFFLINE)
    name = client_id(config.base, config.node)
    return MqttClient(
        lambda terms: PahoConnection(config, name, will, terms),
        with_port(config.host, config.port),
        will,
        Outbox() if outbox is None else outbox,
        timeouts=timeouts,
    )


def client_id(base: str, node: str) -> str:
    """Return the id that the broker knows this client by, always the same and no other node's.

    Letters, digits, - and _ only, as some brokers take no more. A base that has a separator in it gets a checksum:
    `a-b` with `c` would have the id of `a` with `b-c`.
    """
    usual = f"{base}-{node}".replace("/", "-")
    plain = "-" not in base and "/" not in base
    return usual if plain else f"{usual}-{hashlib.sha256(f'{base}/{node}'.encode()).hexdigest()[:8]}"
