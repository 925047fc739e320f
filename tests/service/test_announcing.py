"""Promises of haredge.service.announcing: what is drawn is announced, what is gone is withdrawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from observed import LABELS
from transports import Listener

from haredge.config.schema import Discovery
from haredge.mqtt.homeassistant import Device
from haredge.mqtt.messages import Topics
from haredge.service.announcing import Announcer
from haredge.service.known_zones import KnownZones

TOPICS = Topics("haredge", "kitchen")


class Announced(Listener):
    """A transport, and what the announcements on it say of zones."""

    def announced(self) -> list[Any]:
        """Return the zones in each announcement."""
        payloads = [json.loads(each.encoded()) for each in self.heard if each.topic.startswith("homeassistant/")]
        return [{name: len(entity) for name, entity in each["cmps"].items() if "zone_" in name} for each in payloads]

    def forgotten(self) -> list[str]:
        """Return the topics that the broker is to forget."""
        return [each.topic for each in self.heard if each.payload == "" and each.retain]


def announcer(listener: Announced, folder: Path, *, discovery: bool = True) -> Announcer:
    device = Device(TOPICS, "everyday", LABELS)
    return Announcer(listener, Discovery(enabled=discovery), device, KnownZones(folder / "zones"))


def test_zones_are_announced_once_and_again_when_they_change(tmp_path: Path) -> None:
    """With each frame it is asked, and only a change is news."""
    listener = Announced()
    says = announcer(listener, tmp_path)
    for zones in ((), (), ("sofa",), ("sofa",), ("sofa", "bed")):
        says.announce(zones)
    assert [list(each) for each in listener.announced()] == [[], ["zone_sofa"], ["zone_sofa", "zone_bed"]]
    assert listener.forgotten() == []


def test_a_zone_that_is_gone_is_withdrawn_at_once_and_after_a_restart(tmp_path: Path) -> None:
    """From Home Assistant, and its occupancy from the broker: nothing dead stays behind."""
    listener = Announced()
    says = announcer(listener, tmp_path)
    says.announce(("sofa", "bed"))
    says.announce(("bed",))
    assert listener.announced()[-1] == {"zone_sofa": 1, "zone_bed": 9}
    assert listener.forgotten() == ["haredge/kitchen/zone/sofa"]
    later = Announced()
    announcer(later, tmp_path).announce(())
    assert later.announced()[-1] == {"zone_sofa": 1, "zone_bed": 1}
    assert sorted(later.forgotten()) == ["haredge/kitchen/zone/bed", "haredge/kitchen/zone/sofa"]


def test_a_zone_that_is_back_is_announced_again(tmp_path: Path) -> None:
    """It is no longer withdrawn."""
    listener = Announced()
    says = announcer(listener, tmp_path)
    for zones in (("sofa",), (), ("sofa",)):
        says.announce(zones)
    assert listener.announced()[-1] == {"zone_sofa": 9}
    assert listener.forgotten() == ["haredge/kitchen/zone/sofa"]


def test_without_discovery_only_topics_are_cleared(tmp_path: Path) -> None:
    """There are readers other than Home Assistant."""
    listener = Announced()
    says = announcer(listener, tmp_path, discovery=False)
    says.announce(("sofa",))
    says.announce(())
    assert [(each.topic, each.payload) for each in listener.heard] == [("haredge/kitchen/zone/sofa", "")]
