"""Puts together what speaks to the configured broker: the client, its connections and the last will."""

from __future__ import annotations

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
    client_id = f"{config.base}-{config.node}".replace("/", "-")
    return MqttClient(
        lambda terms: PahoConnection(config, client_id, will, terms),
        with_port(config.host, config.port),
        will,
        Outbox() if outbox is None else outbox,
        timeouts=timeouts,
    )
