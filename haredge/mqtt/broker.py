"""Puts together what speaks to the configured broker: the client, its connections, the last will, the node's owner."""

from __future__ import annotations

from haredge.config.schema import MqttConfig
from haredge.mqtt import messages
from haredge.mqtt.backoff import Patience
from haredge.mqtt.client import Courier
from haredge.mqtt.messages import Topics
from haredge.mqtt.node_owner import Claim
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.paho_connection import PahoLink


def to_broker(
    config: MqttConfig,
    outbox: Outbox | None = None,
    patience: Patience = Patience(),  # noqa: B008  # frozen
) -> Courier:
    """Return the transport to the configured broker, not yet started.

    Events that wait for the broker are kept in ``outbox``; by default in memory only.
    """
    topics = Topics(config.base, config.node)
    will = messages.status(topics, messages.OFFLINE)
    client_id = f"{config.base}-{config.node}".replace("/", "-")
    return Courier(
        lambda protocol: PahoLink(config, client_id, will, protocol),
        f"{config.host}:{config.port}",
        will,
        Claim(topics.instance),
        Outbox() if outbox is None else outbox,
        patience=patience,
    )
