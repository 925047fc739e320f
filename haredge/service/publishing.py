"""The sink that publishes: over MQTT, or as JSON lines in a dry run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from haredge.activity.thresholds import measured_sensitivities
from haredge.compose import zones
from haredge.config.places import state_folder
from haredge.core.clock import local_date
from haredge.core.seams import Sink
from haredge.core.types import Observation
from haredge.mqtt.client import MqttClient
from haredge.mqtt.day_publisher import DayPublisher
from haredge.mqtt.fall_publisher import FallPublisher
from haredge.mqtt.homeassistant import Device
from haredge.mqtt.json_lines import JsonLines
from haredge.mqtt.messages import Topics
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.publisher import Publisher, PublisherSettings, Transport
from haredge.mqtt.settings import SETTINGS, setting_message
from haredge.mqtt.zone_report import published
from haredge.scene.day import DayLog
from haredge.service.announcing import Announcer
from haredge.service.day_record import DayRecord
from haredge.service.fall_record import Acknowledgement
from haredge.service.known_zones import KnownZones
from haredge.service.remote_control import Controls, remote_controlled
from haredge.service.remote_settings import RemoteSettings
from haredge.service.sink_context import SinkContext
from haredge.service.skeleton_images import SkeletonImages
from haredge.service.view_address import view_address


def open_sink(context: SinkContext) -> Sink | None:
    """Connect to the broker, or write JSON lines in a dry run; None if a status line takes their place.

    Raises :class:`haredge.core.errors.ConfigError` if the password or a certificate cannot be read.
    """
    if context.output.status_line:
        return None
    if context.output.dry_run:
        return _sink(context, JsonLines(sys.stdout), None)
    controls = Controls(context.switch, context.fall_record.acknowledgement, context.settings)
    client = remote_controlled(context.config.mqtt, controls, Outbox(state_folder() / "outbox.sqlite"))
    announcer = _announcer(context, client)
    _connect(context, client)
    record = DayRecord(state_folder() / "day.json") if context.live else None
    report = SettingsReport(client, _topics(context), context.settings)
    publishing = [*_images(context, client), _sink(context, client, record)]
    return BrokerSink(publishing, client, announcer, report, lambda: _zone_names(context))


class PublishingSink(Sink):
    """Publishes activities, falls and the day through one transport."""

    def __init__(
        self, publisher: Publisher, falls: FallPublisher, acknowledgement: Acknowledgement, day: DayPublisher
    ) -> None:
        self._publisher = publisher
        self._falls = falls
        self._day = day
        self._acknowledgement = acknowledgement

    def emit(self, observation: Observation) -> None:
        """Publish what has changed."""
        if observation.fall_alarm is not None:
            self._falls.update(observation.fall_alarm, observation.frame.t)
        self._day.emit(observation)
        self._publisher.emit(observation)  # it says `online`, after all else

    def pause(self) -> None:
        """Publish that detection is off; a fall that was reported stays so until it is acknowledged."""
        if self._acknowledgement.take():
            self._falls.acknowledge()
        self._falls.pause()
        self._day.pause()
        self._publisher.pause()

    def close(self) -> None:
        """Publish the day as it is now, then ``offline``.

        A fall that was acknowledged while the camera gave no frames is over: a restart would report it again.
        """
        if self._acknowledgement.take():
            self._falls.acknowledge()
        self._day.close()
        self._publisher.close()


class SettingsReport:
    """Publishes what each setting is, at first and when it has changed."""

    def __init__(self, transport: Transport, topics: Topics, settings: RemoteSettings) -> None:
        self._transport = transport
        self._topics = topics
        self._settings = settings
        self._published: dict[str, str] = {}

    def update(self) -> None:
        """Publish what is in effect now, if that is news."""
        for setting in SETTINGS:
            value = self._settings.in_effect.get(setting.name)
            if value is not None and self._published.get(setting.name) != value:
                self._published[setting.name] = value
                self._transport.send(setting_message(self._topics, setting, value))


class BrokerSink(Sink):
    """The sinks that publish, the client that carries their messages, and what says how the node can be set."""

    def __init__(
        self,
        publishing: Sequence[Sink],
        client: MqttClient,
        announcer: Announcer,
        settings: SettingsReport,
        zone_names: Callable[[], Sequence[str]],
    ) -> None:
        """Take what publishes, and what gives the names of the zones while no observation does."""
        self._zone_names = zone_names
        self._settings = settings
        self._publishing = publishing
        self._client = client
        self._announcer = announcer

    def emit(self, observation: Observation) -> None:
        """Publish what has changed, the zones themselves included: they may have been drawn again."""
        self._announcer.announce(published([occupancy.zone for occupancy in observation.zones]))
        self._settings.update()
        for sink in self._publishing:
            sink.emit(observation)

    def pause(self) -> None:
        """Publish that detection is off; zones may be drawn again meanwhile.

        Zones that are gone go last: the first pause says of all zones of the last observation that they are unknown.
        """
        self._settings.update()
        for sink in self._publishing:
            sink.pause()
        self._announcer.announce(self._zone_names())

    def close(self) -> None:
        """Publish ``offline``, then disconnect."""
        for sink in self._publishing:
            sink.close()
        self._client.close()


def _sink(context: SinkContext, transport: Transport, record: DayRecord | None) -> PublishingSink:
    topics, clock = _topics(context), context.wall_clock
    falls = FallPublisher(transport, topics, clock, context.fall_record)
    log = DayLog(local_date, record.day if record else None)
    day = DayPublisher(transport, topics, clock, log, record)
    return PublishingSink(_publisher(context, transport), falls, context.fall_record.acknowledgement, day)


def _images(context: SinkContext, client: MqttClient) -> Sequence[Sink]:
    return [SkeletonImages(client, _topics(context))] if context.config.mqtt.skeletons else []


def _publisher(context: SinkContext, transport: Transport) -> Publisher:
    mqtt = context.config.mqtt
    settings = PublisherSettings(
        _topics(context),
        context.manifest.name,
        context.manifest.labels,
        context.wall_clock,
        context.health.values,
        mqtt.prediction_hz,
        mqtt.health_interval_s,
        zones(context.config),
    )
    return Publisher(transport, settings)


def _announcer(context: SinkContext, client: MqttClient) -> Announcer:
    discovery = context.config.mqtt.discovery
    device = Device(
        _topics(context),
        context.manifest.name,
        context.labels,
        context.health.board_name(),
        sensors=context.health.board_sensors(),
        sensitivities=measured_sensitivities(context.manifest),
        skeletons=context.config.mqtt.skeletons,
        language=discovery.language,
        area=discovery.area,
        page=view_address(context.config.view),
    )
    announcer = Announcer(client, discovery, device, KnownZones(state_folder() / "zones"))
    announcer.announce(_zone_names(context))
    return announcer


def _zone_names(context: SinkContext) -> Sequence[str]:
    return published(zones(context.reloaded() if context.reloaded else context.config))


def _connect(context: SinkContext, client: MqttClient) -> None:
    client.start()
    client.wait_answered(context.stopping)
    context.health.add(client.health)
    context.health.add_trouble(lambda: client.state.trouble)


def _topics(context: SinkContext) -> Topics:
    return Topics(context.config.mqtt.base, context.config.mqtt.node)
