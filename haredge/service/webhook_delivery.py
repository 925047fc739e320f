"""Posts events to a web address, one after the other, again and again until it has taken them."""

from __future__ import annotations

import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from haredge.core.interval import Interval
from haredge.mqtt.backoff import SLOW_DISK_S
from haredge.mqtt.messages import Message
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.outbox_file import QueuedMessage
from haredge.service.webhook_post import Post, PostError

log = logging.getLogger(__name__)

FIRST_RETRY_S: Final = 1.0
LAST_RETRY_S: Final = 60.0
REMIND_S: Final = 600.0
"""Seconds after which a trouble that lasts is logged again."""

KEEP_AFTER_S: Final = 2.0
"""Seconds that events wait behind each other in memory only, while the address takes one after the other."""

FILE_RETRY: Final = 3
"""A file that cannot be read or written is tried again as an address is after so many failures."""

CLOSE_S: Final = 1.0
"""Seconds that the last events get to arrive when haredge ends."""


class WebhookDelivery:
    """A thread that owns the outbox: others only put events into its inbox, and never wait."""

    def __init__(
        self,
        post: Post,
        outbox: Outbox,
        *,
        retry_s: Callable[[int], float] | None = None,
        close_s: float = CLOSE_S,
        keep_after_s: float = KEEP_AFTER_S,
    ) -> None:
        """Take what posts, what waits, and what gives the seconds to wait after so many failures in a row."""
        self._keep_after_s = keep_after_s
        self._post = post
        self._outbox = outbox
        self._retry_s = retry_s or _usual_delay_s
        self._close_s = close_s
        self._inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._failures = 0
        self._after_s = 0.0
        """For how long the address has asked not to be tried again."""
        self._stopping = self._overdue = False
        self._remind = Interval(REMIND_S)
        self._thread = threading.Thread(target=self._run, name="webhook", daemon=True)
        self.trouble = ""
        """Why nothing arrives, in words; empty while all does."""

    def start(self) -> None:
        """Deliver in the background what an earlier process has left, and what comes."""
        self._thread.start()

    def put(self, event: Message) -> None:
        """Take an event; return at once."""
        self._inbox.put(event)

    def close(self) -> None:
        """Deliver what can be delivered in a moment, leave the rest in the outbox's file, and end."""
        self._stopping = True
        self._inbox.put(None)
        self._thread.join(self._close_s)
        self._overdue = True
        self._post.abort()
        self._thread.join(SLOW_DISK_S)

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._take(self._wait_s())
                self._deliver()
            self._take(0.0)
            self._deliver()
        finally:
            self._outbox.close()

    def _wait_s(self) -> float | None:
        """Return how long to wait for an event: indefinitely if none waits to be delivered, here or in the file."""
        if not len(self._outbox):
            return self._retry_s(FILE_RETRY) if self._outbox.unfinished else None
        return max(self._after_s, self._retry_s(self._failures)) if self._failures else 0.0

    def _take(self, wait_s: float | None) -> None:
        """Put what has come into the outbox; wait for the first that comes, or for the time of the next attempt."""
        with suppress(queue.Empty):
            deadline = None if wait_s is None else time.monotonic() + wait_s
            while True:
                left_s = None if deadline is None else max(0.0, deadline - time.monotonic())
                event = self._inbox.get(timeout=left_s) if left_s != 0.0 else self._inbox.get_nowait()
                if event is not None:
                    self._outbox.put(event)
                if self._stopping or deadline is None:
                    deadline = time.monotonic()  # take what is there, and wait no longer

    def _deliver(self) -> None:
        """Post what waits, in order, until all has arrived or one has not."""
        if self._outbox.unfinished:
            self._outbox.retry()
        began = time.monotonic()
        while not self._overdue and (first := self._outbox.peek()) is not None and self._settles(first):
            self._take(0.0)
            if len(self._outbox) and time.monotonic() - began >= self._keep_after_s:
                self._outbox.persist()

    def _settles(self, first: QueuedMessage) -> bool:
        """Post one event; return whether it need not be posted again."""
        try:
            self._post(first.message.encoded())
        except PostError as error:
            if not error.refused:
                self._on_failure(str(error), error.after_s)
                return False
            log.error("the webhook at %s refuses an event: %s; it is left out", self._post.where, error)  # noqa: TRY400
            self._outbox.drop(first.number)
        except Exception:
            if not self._failures:
                log.exception("please report this bug of haredge; trying again")
            self._on_failure("an error in haredge")
            return False
        else:
            self._on_success(first.number)
        return True

    def _on_success(self, number: int) -> None:
        self._outbox.delivered(number)
        if self._failures:
            log.info("the webhook at %s takes events again", self._post.where)
        self._failures, self.trouble = 0, ""
        if not len(self._outbox):
            self._outbox.stop_persisting()

    def _on_failure(self, why: str, after_s: float = 0.0) -> None:
        self._failures += 1
        self._after_s = after_s
        self._outbox.persist()
        trouble = f"the webhook at {self._post.where} takes no events: {why}"
        if trouble != self.trouble or self._remind.due(time.monotonic()):
            self._remind.due(time.monotonic())
            log.warning("%s; trying again", trouble)
        self.trouble = trouble


def _usual_delay_s(failures: int) -> float:
    """Return a delay that doubles up to a minute, with some chance in it: many devices must not come at once."""
    longest_s = min(LAST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(failures - 1, 10))
    return random.uniform(longest_s / 2, longest_s)
