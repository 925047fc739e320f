"""A haredge in a process of its own, without camera and models, for tests that kill it.

Arguments: the broker's port, the outbox's file, how many events to send. Publishes "no person" and the events,
says so on standard output, and stays until it is killed.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from mqtt_parts import event
from observed import LABELS, observed

from haredge.config.schema import MqttConfig
from haredge.core.clock import live_clock
from haredge.core.labels import NO_PERSON
from haredge.mqtt.broker import client_of
from haredge.mqtt.messages import Topics
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.publisher import Publisher, PublisherSettings

if __name__ == "__main__":
    config = MqttConfig(host="127.0.0.1", port=int(sys.argv[1]), node="child")
    client = client_of(config, Outbox(Path(sys.argv[2])))
    client.start()
    client.wait_answered()
    settings = PublisherSettings(Topics(config.base, config.node), "everyday", LABELS, live_clock(), health=dict)
    Publisher(client, settings).emit(observed(0.0, NO_PERSON))
    for number in range(int(sys.argv[3])):
        client.send(event(number))
    sys.stdout.write("handed over\n")
    sys.stdout.flush()
    signal.pause()
