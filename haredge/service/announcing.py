"""Announces the node: its device to Home Assistant, and withdraws zones that are gone."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from haredge.config.schema import Discovery
from haredge.mqtt import messages
from haredge.mqtt.homeassistant import OLDEST, Device, announcement
from haredge.mqtt.publisher import Transport
from haredge.service.known_zones import KnownZones

log = logging.getLogger(__name__)


class Announcer:
    """Says once what there is, and again when the zones have changed."""

    def __init__(self, transport: Transport, discovery: Discovery, device: Device, known: KnownZones) -> None:
        """Take the device without its zones, and the names of all zones that were ever published."""
        self._transport = transport
        self._discovery = discovery
        self._device = device
        self._known = known
        self._announced: Sequence[str] | None = None

    def announce(self, zones: Sequence[str]) -> None:
        """Announce the device with these zones, and have the broker forget those that are gone; once for the same."""
        if zones == self._announced:
            return
        former = self._known.former(zones)
        if self._discovery.enabled:
            if self._announced is None:
                log.info(
                    "Home Assistant finds this device by itself from version %s on, if it is at the same broker", OLDEST
                )
            device = replace(self._device, zones=zones, former_zones=former)
            self._transport.send(announcement(device, self._discovery.prefix))
        self._announced = zones
        for name in former:
            self._transport.send(messages.nothing_on(self._device.topics.zone(name)))
