"""Gets messages to a broker that may come and go: what is kept, what is sent again, and when to call again.

One thread does it all and owns all that changes; others only put something into its inbox. So :meth:`Courier.send`
returns at once, nothing needs a lock, and paho's callbacks cannot get in each other's way.

- Retained messages: the latest of each topic is kept and sent after every (re)connection, the birth message first.
- QoS 1 without retain (events): through the :class:`haredge.mqtt.outbox.Outbox`, one on its way at a time, so in order.
- The rest (predictions) is of its moment: sent while there is a connection, else let go.
"""

from __future__ import annotations

import logging
import queue
import random
import threading
import time
from collections.abc import Callable

from haredge.core.errors import ConfigError
from haredge.mqtt.backoff import Patience, Retry
from haredge.mqtt.connection import (
    NEWEST,
    OLDEST,
    Accepted,
    Acknowledged,
    Event,
    Link,
    Lost,
    Received,
    Refused,
    Unreachable,
    taken_over,
)
from haredge.mqtt.messages import Message
from haredge.mqtt.node_owner import Claim
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.timers import Timers

log = logging.getLogger(__name__)

POLL_S = 0.1
"""How often somebody who waits is asked whether to go on: a signal handler can wake no thread safely."""

Listener = Callable[[bytes], None]
"""Is given the payload of each message on a topic, in the courier's thread; must return at once."""


class Courier:
    """A transport to a broker; see the module's docstring for what is kept and sent again."""

    def __init__(
        self,
        new_link: Callable[[int], Link],
        broker: str,
        will: Message,
        claim: Claim,
        outbox: Outbox,
        *,
        patience: Patience = Patience(),  # noqa: B008  # frozen
    ) -> None:
        """Take what makes a link of a protocol version, the broker's name in words, the last will and the outbox.

        The will is also what is retained until something better is sent: a broker that kept an ``online`` through a
        power cut is put right as soon as haredge is back, camera or no camera.
        """
        self._new_link = new_link
        self._broker = broker
        self._kept = {will.topic: will}
        self._claim = claim
        self._outbox = outbox
        self._listeners: dict[str, Listener] = {claim.topic: claim.hear}
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._answered = threading.Event()
        self._patience = patience
        self._retry = Retry(patience)
        self._timers = Timers()
        self._protocol = NEWEST
        self._link: Link | None = None
        self._accepted_at: float | None = None
        self._on_its_way: tuple[int, int] | None = None
        self._told = ""
        self.trouble = ""
        """Why there is no connection, in words; empty while there is one."""
        self._stopping = False

    def hear(self, topic: str, listener: Listener) -> None:
        """Subscribe to a topic; to be called before :meth:`start`.

        Messages that the broker had retained before the connection are not heard: a command is of its moment.
        """
        self._listeners[topic] = listener

    def start(self) -> None:
        """Dial; returns at once.

        Raises :class:`ConfigError` where the password or a certificate cannot be read. A broker that
        cannot be reached, or refuses, is dialled again and again in the background: the password or certificate that
        it takes amiss may be mended at its end.
        """
        link = self._new_link(self._protocol)
        self._inbox.put(lambda: self._dial(link))
        self._thread.start()

    def wait_answered(self, stopping: Callable[[], bool] = lambda: False) -> None:
        """Wait until the broker has answered or is known to be unreachable, or until ``stopping()``."""
        while not self._answered.wait(POLL_S) and not stopping():
            pass

    def send(self, message: Message) -> None:
        """Take a message, before or after :meth:`start`; returns at once."""
        self._inbox.put(lambda: self._send(message))

    def say_again(self, within_s: float) -> None:
        """Send all retained messages once more at some moment within so many seconds, chosen by chance."""
        delay_s = random.uniform(within_s / 10, within_s)
        self._inbox.put(lambda: self._timers.set("say again", delay_s, self._say_all))

    def figures(self) -> dict[str, object]:
        """Return the figures for the health topic: events that wait for the broker, and those that were dropped."""
        return {"events_waiting": len(self._outbox), "events_dropped": self._outbox.dropped}

    def close(self) -> None:
        """Deliver what can be delivered at once, say goodbye, and end; takes less than a second."""
        self._inbox.put(self._stop)
        self._thread.join(self._patience.close_s + 0.2)

    def _run(self) -> None:
        try:
            while not self._stopping or self._on_its_way:
                self._next()()
            if self._link is not None:
                self._link.close(self._patience.close_s / 3)
        finally:
            self._outbox.close()
            self._answered.set()

    def _next(self) -> Callable[[], None]:
        """Wait for something to do."""
        try:
            return self._inbox.get(timeout=self._timers.left_s())
        except queue.Empty:
            return self._timers.ring

    def _stop(self) -> None:
        """End as soon as no event is on its way, and before long in any case."""
        self._stopping = True
        self._timers.set("stop", self._patience.close_s / 3, self._give_up_event)

    def _give_up_event(self) -> None:
        self._on_its_way = None

    def _dial_anew(self) -> None:
        try:
            self._dial(self._new_link(self._protocol))
        except ConfigError as error:  # a certificate that could be read at the start and now cannot
            self._hang_up(Refused(str(error)))

    def _dial(self, link: Link) -> None:
        self._link = link
        silence = Unreachable(f"no answer within {self._patience.answer_s:g} s")
        self._timers.set("answer", self._patience.answer_s, lambda: self._hang_up(silence))
        link.dial(lambda event: self._inbox.put(lambda: self._hear(link, event)))

    def _hear(self, link: Link, event: Event) -> None:
        """Act on what has become of a link; news of one that was given up is none."""
        if link is not self._link:
            return
        if isinstance(event, Accepted):
            self._on_accepted(event, link)
        elif isinstance(event, Acknowledged):
            self._on_acknowledged(event)
        elif isinstance(event, Received):
            self._on_received(event)
        elif isinstance(event, Refused) and event.wrong_protocol and self._protocol == NEWEST:
            self._fall_back(link)
        else:
            self._hang_up(event)

    def _on_accepted(self, event: Accepted, link: Link) -> None:
        self._accepted_at = time.monotonic()
        self._timers.clear()
        self._timers.set("steady", self._patience.steady_s, self._on_steady)
        version = "5" if event.protocol == NEWEST else "3.1.1"
        self._tell(logging.INFO, f"connected to the broker at {self._broker}", f" (MQTT {version})")
        self._outbox.rest()
        if (claim := self._claim.once()) is not None:
            link.publish(claim)
        for topic in self._listeners:
            link.subscribe(topic)
        self._say_all()
        self._send_next()
        self.trouble = ""
        self._answered.set()

    def _on_steady(self) -> None:
        self._retry.lasted()
        if (claim := self._claim.renewed()) is not None:
            self._publish(claim)

    def _on_received(self, event: Received) -> None:
        if event.topic == self._claim.topic or not event.retain:
            self._listeners[event.topic](event.payload)

    def _on_acknowledged(self, event: Acknowledged) -> None:
        if event.failure:
            self._tell(logging.ERROR, f"the broker at {self._broker} takes no message: {event.failure}; check its ACL")
        if self._on_its_way is None or self._on_its_way[0] != event.number:
            return
        self._timers.cancel("slow")
        delivered, self._on_its_way = self._on_its_way[1], None
        if not event.failure:  # a refused event stays, to be tried again with the next one
            self._outbox.delivered(delivered)
            self._send_next()

    def _fall_back(self, link: Link) -> None:
        """Dial again at once with the older protocol."""
        link.close()
        self._protocol = OLDEST
        self._dial_anew()

    def _hang_up(self, why: Refused | Unreachable | Lost) -> None:
        """Give the link up, say why, and dial again later."""
        if self._link is not None:
            self._link.close()
        if isinstance(why, Lost) and self._claim.rival and "steady" in self._timers:
            why = taken_over(f", on {self._claim.rival}")
        self._link = self._accepted_at = self._on_its_way = None
        self._protocol = NEWEST
        self._outbox.store()
        self._timers.clear()
        self._timers.set("dial", self._retry.pause_s(why), self._dial_anew)
        self.trouble = in_words(why, self._broker)
        self._tell(logging.ERROR if isinstance(why, Refused) else logging.WARNING, self.trouble)
        self._answered.set()

    def _send(self, message: Message) -> None:
        if message.qos and not message.retain:
            self._outbox.put(message)
            self._send_next()
            return
        if message.retain:
            self._kept[message.topic] = message
        self._publish(message)

    def _say_all(self) -> None:
        for message in self._kept.values():
            self._publish(message)

    def _send_next(self) -> None:
        """Send the oldest event that waits, unless one is on its way already."""
        letter = self._outbox.head()
        if letter is None or self._accepted_at is None or self._on_its_way is not None:
            return
        self._on_its_way = (self._publish(letter.message), letter.number)
        self._timers.set("slow", self._patience.acknowledge_s, self._outbox.store)

    def _publish(self, message: Message) -> int:
        return self._link.publish(message) if self._link is not None and self._accepted_at is not None else 0

    def _tell(self, level: int, text: str, detail: str = "") -> None:
        """Log a change of state; the same state again is no news."""
        if text != self._told:
            self._told = text
            log.log(level, "%s%s", text, detail)


def in_words(why: Refused | Unreachable | Lost, broker: str) -> str:
    """Return one line: what happened at which broker, and what to do."""
    if isinstance(why, Unreachable):
        return f"no broker at {broker}: {why.reason}; trying again"
    if isinstance(why, Lost):
        return f"lost the broker at {broker}: {why.reason}; trying again"
    remedy = f"; {why.remedy}" if why.remedy else ""
    return f"the broker at {broker} refuses the connection: {why.reason}{remedy}; trying again"
