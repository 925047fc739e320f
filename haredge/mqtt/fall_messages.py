"""What haredge publishes of falls: payloads and quality of service. Pure; docs/falls.md describes them to a reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from haredge.core.clock import iso_utc
from haredge.mqtt.messages import Message, Topics

ACKNOWLEDGE: Final = "ACKNOWLEDGE"
"""Payload of the command that clears a fall."""

EventType = Literal["fall_possible", "fall_confirmed", "fall_cleared"]


@dataclass(frozen=True, slots=True)
class FallReport:
    """One fall, as it was last reported. Times are seconds since 1970."""

    id: str
    """Unique; the same from the first report of a fall to the last."""
    state: Literal["possible", "confirmed"]
    since_s: float
    """When the state began."""
    fell_s: float
    """When the fall was first reported."""
    person: int | None
    zone: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When and why a state began, and when that was known. Times are seconds since 1970."""

    since_s: float
    reported_s: float
    why: str


def fall(topics: Topics, report: FallReport | None, moment: Moment) -> Message:
    """Report whether a person has fallen: ``report`` is None while no one has, since a moment."""
    payload = {"state": report.state if report else "clear", "since": iso_utc(moment.since_s), **_facts(report, moment)}
    return Message(topics.fall, payload, qos=1, retain=True)


def event(topics: Topics, kind: EventType, report: FallReport, moment: Moment) -> Message:
    """Report that a fall became possible, was confirmed, or is over."""
    payload = {"event_type": kind, "time": iso_utc(moment.since_s), **_facts(report, moment)}
    return Message(topics.fall_event, payload, qos=1)


def _facts(report: FallReport | None, moment: Moment) -> dict[str, object]:
    return {
        "reported": iso_utc(moment.reported_s),
        "fell": iso_utc(report.fell_s) if report else None,
        "id": report.id if report else None,
        "person": report.person if report else None,
        "zone": report.zone if report else None,
        "why": moment.why,
    }
