"""Gets messages to a broker that may come and go: what is kept, what is sent again, and when to connect again.

One thread does it all and owns all that changes; others only put something into its inbox. So :meth:`MqttClient.send`
returns at once, nothing needs a lock, and paho's callbacks cannot get in each other's way.

- Retained messages: the latest of each topic is kept and sent after every (re)connection, the birth message last. One
  that the broker rejects is tried again after a minute, as a rejected subscription is.
- QoS 1 without retain (events): through :class:`haredge.mqtt.delivery.EventDelivery`, in order, until acknowledged.
- The rest (predictions) is of its moment: sent while there is a connection, else dropped.
"""

from __future__ import annotations

import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

from haredge.core.errors import ConfigError
from haredge.mqtt import delivery, rejections
from haredge.mqtt.backoff import Retry, Timeouts
from haredge.mqtt.connection import (
    MAX_SENT_BYTES,
    NEWEST,
    OLDEST,
    Accepted,
    Acknowledged,
    Connection,
    ConnectionEvent,
    Lost,
    Received,
    Refused,
    Terms,
    Unreachable,
    packet_bytes,
)
from haredge.mqtt.delivery import EventDelivery
from haredge.mqtt.messages import Message
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.rejections import Attempt, Rejections
from haredge.mqtt.reporter import Reporter, describe
from haredge.mqtt.rivalry import Rivalry
from haredge.mqtt.timers import Timers

log = logging.getLogger(__name__)

POLL_S: Final = 0.1
"""How often a waiting caller is asked whether to go on: a signal handler can wake no thread safely."""

Listener = Callable[[bytes], None]
"""Gets the payload of each message on a topic, in the client's thread; must return at once."""

_OF_A_CONNECTION: Final = ("answer", "steady", "connect", rejections.TIMER, *delivery.OF_A_CONNECTION)
"""Timers that are over when their connection is."""


@dataclass(frozen=True, slots=True)
class ClientState:
    """What others may know of the client; replaced as a whole, so that any thread may read it."""

    trouble: str = ""
    """Why there is no connection, in words; empty while there is one."""
    events_waiting: int = 0
    events_dropped: int = 0


class MqttClient:
    """A transport to a broker; see the module's docstring for what is kept and sent again."""

    def __init__(
        self,
        new_connection: Callable[[Terms], Connection],
        broker: str,
        will: Message,
        outbox: Outbox,
        *,
        timeouts: Timeouts = Timeouts(),  # noqa: B008  # frozen
    ) -> None:
        """Take what makes a connection under given terms, the broker's name in words, the last will and the outbox.

        The will is also what is retained until something better is sent: a broker that kept an ``online`` through a
        power cut is corrected as soon as haredge is back, camera or no camera.
        """
        self._new_connection = new_connection
        self._broker = broker
        self._kept = {will.topic: will}
        self._status = will.topic
        self._outbox = outbox
        self._listeners: dict[str, Listener] = {}
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="mqtt-client", daemon=True)
        self._answered = threading.Event()
        self._timeouts = timeouts
        self._retry = Retry(timeouts)
        self._timers = Timers()
        self._events = EventDelivery(outbox, self._timers, timeouts, self._publish)
        self._rivalry = Rivalry()
        self._reporter = Reporter(timeouts.remind_s)
        self._rejections = Rejections(
            broker, self._reporter, self._timers, timeouts.refused_event_s, self._try_rejected
        )
        self._preferred = self._terms = Terms()
        self._max_packet_bytes = MAX_SENT_BYTES
        self._connection: Connection | None = None
        self._accepted_at: float | None = None
        self._unanswered: dict[int, Attempt] = {}
        """What was sent on this connection, by the number of its answer."""
        self._trouble = ""
        self._stopping = self._overdue = False
        self._ended = False
        self.state = ClientState(events_waiting=len(outbox))

    def on_message(self, topic: str, listener: Listener) -> None:
        """Subscribe to a topic; to be called before :meth:`start`.

        Messages that the broker had retained before the connection are not heard: a command is of its moment.
        """
        self._listeners[topic] = listener

    def start(self) -> None:
        """Connect in the background; return at once.

        Raises :class:`ConfigError` if the password or a certificate cannot be read. A broker that cannot be reached,
        or refuses, is tried again and again: the password or certificate may be fixed at its end.
        """
        connection = self._new_connection(self._terms)
        self._inbox.put(lambda: self._connect(connection))
        self._inbox.put(self._events.tend)
        self._thread.start()

    def wait_answered(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Wait until the broker has answered or is known to be unreachable, or until ``stopping()``."""
        while not self._answered.wait(POLL_S) and not stopping():
            pass

    def send(self, message: Message) -> None:
        """Take a message, before or after :meth:`start`; return at once."""
        if self._ended:
            raise RuntimeError("the MQTT client has ended")
        self._inbox.put(lambda: self._send(message))

    def republish_within(self, within_s: float) -> None:
        """Send all retained messages again, at a random moment within ``within_s`` seconds."""
        delay_s = random.uniform(within_s / 10, within_s)
        self._inbox.put(lambda: self._republish_in(delay_s))

    def health(self) -> dict[str, object]:
        """Return the values for the health topic: events that wait for the broker, and those that were dropped."""
        state = self.state
        return {"events_waiting": state.events_waiting, "events_dropped": state.events_dropped}

    def close(self) -> None:
        """Deliver what can be delivered at once, say goodbye, and end.

        Takes less than a second, unless the disk takes longer for what is left.
        """
        self._inbox.put(self._stop)
        self._thread.join(self._timeouts.close_s + self._timeouts.disk_s)

    def _run(self) -> None:
        try:
            while not self._stopping or self._awaits_answers():
                self._act(self._next())
            if self._connection is not None:
                # What is unanswered may not have been sent, `offline` among it: the last will then says so instead.
                self._connection.disconnect(self._timeouts.close_s / 3, goodbye=not self._unanswered)
        finally:
            self._ended = True
            self._outbox.close()
            self._answered.set()

    def _next(self) -> Callable[[], None]:
        """Wait for something to do."""
        try:
            return self._inbox.get(timeout=self._timers.left_s())
        except queue.Empty:
            return self._timers.run_due

    def _act(self, action: Callable[[], None]) -> None:
        """Run an action; a bug in one is logged whole, and costs the connection instead of the thread."""
        try:
            action()
        except Exception:
            log.exception("please report this bug of haredge; connecting to the broker again")
            self._give_up(Lost("an error in haredge, logged above"))
        self.state = ClientState(self._trouble, len(self._outbox), self._outbox.dropped)

    def _stop(self) -> None:
        """End as soon as everything that was sent is acknowledged, and before long in any case."""
        self._stopping = True
        self._timers.set("stop", self._timeouts.close_s / 2, self._stop_waiting)

    def _stop_waiting(self) -> None:
        self._overdue = True

    def _awaits_answers(self) -> bool:
        return self._accepted_at is not None and bool(self._unanswered) and not self._overdue

    def _connect_again(self) -> None:
        try:
            connection = self._new_connection(self._terms)
        except ConfigError as error:  # a certificate that could be read at the start and now cannot
            self._give_up(Refused(str(error), ""))
        else:
            self._connect(connection)

    def _connect(self, connection: Connection) -> None:
        self._connection = connection
        silence = Unreachable(f"no answer within {self._timeouts.answer_s:g} s")
        self._timers.set("answer", self._timeouts.answer_s, lambda: self._give_up(silence))
        connection.connect(lambda event: self._inbox.put(lambda: self._on_event(connection, event)))

    def _on_event(self, connection: Connection, event: ConnectionEvent) -> None:
        """Act on what has become of a connection; events of one that was given up are ignored."""
        if connection is not self._connection:
            return
        if isinstance(event, Accepted):
            self._on_accepted(event, connection)
        elif isinstance(event, Acknowledged):
            self._on_acknowledged(event)
        elif isinstance(event, Received):
            self._on_received(event)
        elif isinstance(event, Refused) and event.terms is not None:
            self._connect_under(event.terms, connection)
        else:
            self._give_up(event)

    def _on_accepted(self, event: Accepted, connection: Connection) -> None:
        self._accepted_at = time.monotonic()
        self._terms, self._max_packet_bytes = event.terms, event.max_packet_bytes
        self._cancel_timers()
        self._timers.set("steady", self._timeouts.steady_s, self._on_steady)
        self._reporter.state(logging.INFO, f"connected to the broker at {self._broker}", f" ({event.terms})")
        self._unanswered.clear()
        self._rejections.clear()
        for topic in self._listeners:
            self._subscribe(topic, connection)
        self._publish_retained()
        self._events.start()
        self._trouble = ""
        self._answered.set()

    def _subscribe(self, topic: str, connection: Connection) -> None:
        self._unanswered[connection.subscribe(topic)] = (topic, "read")

    def _on_received(self, event: Received) -> None:
        listener = self._listeners.get(event.topic)
        if listener is not None and not event.retain:
            listener(event.payload)

    def _on_acknowledged(self, event: Acknowledged) -> None:
        topic, right = self._unanswered.pop(event.number, ("", ""))
        if event.rejected is not None:
            self._rejections.add((topic, right), event.rejected, lasting=right == "read" or topic in self._kept)
        self._events.acknowledged(event)

    def _try_rejected(self, attempts: Collection[Attempt]) -> None:
        for topic, right in sorted(attempts, key=lambda each: (each[0] == self._status, each)):
            if right == "write":
                self._publish(self._kept[topic])
            elif self._connection is not None:
                self._subscribe(topic, self._connection)

    def _connect_under(self, terms: Terms, connection: Connection) -> None:
        """Connect again at once, under terms that the broker may accept."""
        connection.disconnect()
        self._terms = terms
        self._connect_again()

    def _give_up(self, why: Refused | Unreachable | Lost) -> None:
        """Give the connection up, say why, and connect again later."""
        if self._connection is not None:
            self._connection.disconnect()
        why = self._rivalry.judge(why, self._terms.protocol, short_lived="steady" in self._timers)
        self._preferred = self._terms = self._terms_after(why)
        self._connection = self._accepted_at = None
        self._cancel_timers()
        self._timers.set("connect", self._retry.next_delay_s(why), self._connect_again)
        self._trouble = describe(why, self._broker)
        self._reporter.state(logging.ERROR if isinstance(why, Refused) else logging.WARNING, self._trouble)
        self._answered.set()
        self._events.stop()

    def _on_steady(self) -> None:
        self._retry.reset()
        self._rivalry.over()

    def _terms_after(self, why: Refused | Unreachable | Lost) -> Terms:
        """Return the terms to begin with next time.

        What a broker sent that is not valid, such as another client's properties, may not come with the other protocol.
        """
        if isinstance(why, Lost) and why.malformed:
            return replace(self._preferred, protocol=OLDEST if self._terms.protocol == NEWEST else NEWEST)
        return Terms() if isinstance(why, Refused) else self._preferred

    def _cancel_timers(self) -> None:
        for name in _OF_A_CONNECTION:
            self._timers.cancel(name)

    def _send(self, message: Message) -> None:
        message.encoded()  # what cannot be encoded is the caller's bug, and is not kept
        if message.qos and not message.retain:
            self._events.put(message)
            return
        if message.retain:
            self._kept[message.topic] = message
        self._publish(message)

    def _republish_in(self, delay_s: float) -> None:
        if "republish" not in self._timers:
            self._timers.set("republish", delay_s, self._publish_retained)

    def _publish_retained(self) -> None:
        """Publish the status after all else: a reader that believes ``online`` has the rest by then."""
        for message in sorted(self._kept.values(), key=lambda message: message.topic == self._status):
            self._publish(message)

    def _publish(self, message: Message) -> int | None:
        """Send a message; return the number of its acknowledgement, None if it is too large or cannot be sent now."""
        if self._connection is None or self._accepted_at is None:
            return None
        message = self._terms.apply(message)
        if (size := packet_bytes(message)) > self._max_packet_bytes:
            text = (
                f"left out: {message.topic} has {size} bytes, and the broker at {self._broker} takes "
                f"{self._max_packet_bytes} at most; raise its maximum packet size"
            )
            self._reporter.once(("too large", message.topic), logging.ERROR, text)
            return None
        number = self._connection.publish(message)
        self._unanswered[number] = (message.topic, "write")
        return number
