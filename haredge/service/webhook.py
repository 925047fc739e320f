"""The sink that posts events to a web address: each activity's start and end, each step of a fall, signed.

Events wait in an outbox of their own, in order, until the address has taken them; see :mod:`haredge.mqtt.outbox`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping

from haredge.config.places import state_folder
from haredge.core.seams import Sink
from haredge.core.types import Observation
from haredge.mqtt.episodes import Episodes
from haredge.mqtt.fall_publisher import FallPublisher
from haredge.mqtt.messages import Message, Topics
from haredge.mqtt.outbox import Outbox
from haredge.service.fall_record import FallRecord
from haredge.service.sink_context import SinkContext
from haredge.service.webhook_delivery import WebhookDelivery
from haredge.service.webhook_post import Post
from haredge.service.webhook_secret import secret


def open_sink(context: SinkContext) -> Sink | None:
    """Post to the address of the configuration; None if there is none, and in a dry run.

    Raises :class:`ConfigError` if the secret cannot be read.
    """
    settings = context.config.webhook
    if settings.url is None or context.output.dry_run:
        return None
    post = Post(settings.url, secret(settings), settings.timeout_s)
    delivery = WebhookDelivery(post, Outbox(state_folder() / "webhook.sqlite"))
    delivery.start()
    context.health.add_trouble(lambda: delivery.trouble)
    return WebhookSink(context, delivery.put, delivery.close)


class WebhookSink(Sink):
    """Makes events of observations, as MQTT's are; a fall has the id that it has there."""

    def __init__(self, context: SinkContext, put: Callable[[Message], None], close: Callable[[], None]) -> None:
        """Take what puts an event on its way, and what ends that."""
        mqtt, clock = context.config.mqtt, context.wall_clock
        self._topics = Topics(mqtt.base, mqtt.node)
        self._put, self._close = put, close
        self._send = context.config.webhook.send
        self._record = context.fall_record
        # What a restart needs of a fall is kept by what publishes over MQTT.
        posted = FallRecord(None, reported=context.fall_record.reports)
        self._episodes = Episodes(self._topics, context.manifest.name, clock, lambda: secrets.token_hex(8))
        self._falls = FallPublisher(self, self._topics, clock, posted)
        self._last_t = 0.0

    def emit(self, observation: Observation) -> None:
        """Put what has begun, ended or happened on its way."""
        self._last_t = observation.frame.t
        self._put_all(self._episodes.update(observation))
        if observation.fall_alarm is not None:
            self._falls.update(observation.fall_alarm, observation.frame.t)

    def pause(self) -> None:
        """End all activities; a fall that was acknowledged meanwhile is over."""
        self._put_all(self._episodes.end_all(self._last_t))
        if not self._record.reports:
            self._falls.acknowledge()

    def close(self) -> None:
        """End all activities, and falls that were acknowledged; what has not arrived waits for the next start."""
        self._put_all(self._episodes.end_all(self._last_t))
        if self._record.acknowledgement.given:  # what publishes over MQTT, and is closed later, takes it
            self._falls.acknowledge()
        self._close()

    def send(self, message: Message) -> None:
        """Take what is published of falls: an event goes on, a state does not."""
        if message.topic == self._topics.fall_event and "falls" in self._send:
            self._put(self._event("fall", message))

    def _put_all(self, events: Iterable[Message]) -> None:
        for event in events:
            if "activities" in self._send:
                self._put(self._event("activity", event))

    def _event(self, kind: str, message: Message) -> Message:
        payload = message.payload if isinstance(message.payload, Mapping) else {}
        return Message(message.topic, {"node": self._topics.node, "kind": kind, **payload}, qos=1)
