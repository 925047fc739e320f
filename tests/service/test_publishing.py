"""Promises of haredge.service.publishing: what the sinks say, what is announced and what is withdrawn agree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

from observed import LABELS, observed
from transports import Listener

from haredge.config.schema import Discovery
from haredge.core.clock import recorded_clock
from haredge.core.types import Occupancy
from haredge.core.zone import Zone
from haredge.mqtt.client import MqttClient
from haredge.mqtt.homeassistant import Device
from haredge.mqtt.messages import Topics
from haredge.mqtt.publisher import Publisher, PublisherSettings
from haredge.service.announcing import Announcer
from haredge.service.known_zones import KnownZones
from haredge.service.publishing import BrokerSink, SettingsReport
from haredge.service.remote_settings import RemoteSettings

TOPICS = Topics("haredge", "kitchen")
BED = Zone("bed", ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)))


def test_a_zone_that_goes_as_detection_is_switched_off_is_forgotten(tmp_path: Path) -> None:
    """A reload takes it away in the same moment: the broker keeps nothing of it, not even that it is unknown."""
    listener = Listener()
    publisher = Publisher(listener, PublisherSettings(TOPICS, "everyday", LABELS, recorded_clock(), dict))
    announcer = Announcer(listener, Discovery(), Device(TOPICS, "everyday", LABELS), KnownZones(tmp_path / "zones"))
    report = SettingsReport(listener, TOPICS, RemoteSettings(None))
    sink = BrokerSink([publisher], cast("MqttClient", None), announcer, report, lambda: ())
    sink.emit(replace(observed(1.0), zones=(Occupancy(BED, occupied=False, since=0.0),)))
    sink.pause()
    assert [message.payload for message in listener.on("zone/bed")][-1] == ""
