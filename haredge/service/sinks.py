"""What observations go to: a broker and systemd, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from haredge.config.places import state_folder
from haredge.config.schema import Config
from haredge.core.clock import clock_time, live_clock, recorded_clock
from haredge.core.errors import RuntimeMissingError
from haredge.core.seams import Sink
from haredge.core.types import Observation
from haredge.manifest import ActivityManifest
from haredge.mqtt.homeassistant import ANNOUNCE_WITHIN_S, Device, announcement, birth_topic
from haredge.mqtt.messages import Topics
from haredge.mqtt.publisher import Publisher, Transport, Voice
from haredge.service.health import Figures
from haredge.service.status_line import JsonLines, StatusLine, time_of_day
from haredge.service.switch import Detection
from haredge.service.systemd import Notifier, Progress, take_address, watchdog_s


@runtime_checkable
class Pausing(Protocol):
    """A sink that also tells when haredge is switched off."""

    def pause(self) -> None:
        """Tell that nothing is looked at; called again and again while it is so."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What outputs need to know beside the observations."""

    config: Config
    manifest: ActivityManifest
    """Of the activity model."""
    live: bool
    """Whether frames come from a camera or stream, whose clock is the machine's."""
    figures: Figures
    detection: Detection

    @property
    def topics(self) -> Topics:
        """The node's topics."""
        return Topics(self.config.mqtt.base, self.config.mqtt.node)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that may be told: those that mean nothing of note are told as unknown."""
        return tuple(label for label in self.manifest.labels if label not in self.manifest.rest)


class Outputs:
    """All sinks, in order."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self._sinks = sinks

    def emit(self, observation: Observation) -> None:
        """Hand an observation to every sink."""
        for sink in self._sinks:
            sink.emit(observation)

    def pause(self) -> None:
        """Tell the sinks that haredge is switched off."""
        for sink in self._sinks:
            if isinstance(sink, Pausing):
                sink.pause()


def open_outputs(stack: ExitStack, around: Surroundings, *, dry_run: bool, json_lines: bool) -> Outputs:
    """Open the sinks; systemd's comes last, as it vouches for the others."""
    view = [_open_view(stack, around)] if around.config.view.enabled else []
    wall_clock = live_clock() if around.live else recorded_clock()
    if dry_run and sys.stdout.isatty() and not json_lines:
        clock = time_of_day(wall_clock) if around.live else clock_time
        return Outputs([stack.enter_context(closing(StatusLine(sys.stdout, around.figures.loop, clock))), *view])
    notifier = stack.enter_context(closing(Notifier(take_address())))
    transport, trouble = (JsonLines(sys.stdout), str) if dry_run else _connect(stack, around)
    voice = Voice(
        around.topics,
        around.manifest.name,
        around.manifest.labels,
        wall_clock,
        around.figures.health,
        around.config.mqtt.prediction_hz,
        around.config.mqtt.health_interval_s,
    )
    publisher = stack.enter_context(closing(Publisher(transport, voice)))
    progress = Progress(notifier, around.figures.loop, trouble, watchdog_s=watchdog_s())
    return Outputs([publisher, *view, progress])


def _open_view(stack: ExitStack, around: Surroundings) -> Sink:
    """Start the live view. Raises :class:`RuntimeMissingError` where its libraries are not installed."""
    # A headless board has neither the pages' libraries nor the memory for them.
    try:
        from haredge.web.view import start_view  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise RuntimeMissingError(f"view.enabled needs {error.name}: pip install 'haredge[web]'") from error
    return stack.enter_context(start_view(around.config.view, around.manifest.labels, around.figures.health))


def _connect(stack: ExitStack, around: Surroundings) -> tuple[Transport, Callable[[], str]]:
    """Connect to the broker: listen to the switch and to Home Assistant, and say who is there.

    Also returns what tells why there is no connection.
    """
    # paho is imported when a broker is wanted: a dry run needs none.
    from haredge.mqtt.outbox import Outbox  # noqa: PLC0415
    from haredge.mqtt.paho_connection import to_broker  # noqa: PLC0415

    mqtt, topics = around.config.mqtt, around.topics
    courier = to_broker(mqtt, Outbox(state_folder() / "outbox.sqlite"))
    courier.hear(topics.detect_set, around.detection.hear)
    if mqtt.discovery.enabled:

        def born(payload: bytes) -> None:
            if payload == b"online":
                courier.say_again(ANNOUNCE_WITHIN_S)

        courier.hear(birth_topic(mqtt.discovery.prefix), born)
    courier.start()
    stack.callback(courier.close)
    around.figures.add(courier.figures)
    if mqtt.discovery.enabled:
        device = Device(topics, around.manifest.name, around.labels, around.figures.board_name())
        courier.send(announcement(device, mqtt.discovery.prefix))
    return courier, lambda: courier.trouble
