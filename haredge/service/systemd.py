"""Reports to systemd how the service is: ready, alive, what it is doing.

The protocol of sd_notify(3) in a few lines, so that no library is needed: datagrams of ``KEY=value`` lines to the Unix
socket named by ``NOTIFY_SOCKET``. Outside systemd there is no such socket and nothing is sent.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping, MutableMapping

from haredge.core.interval import Interval
from haredge.core.seams import Sink
from haredge.core.types import Observation

log = logging.getLogger(__name__)

STATUS_S = 5.0
"""``systemctl status`` is read by people."""


class Notifier:
    """Sends states to systemd's socket; a notifier without an address sends nothing."""

    def __init__(self, address: str | None) -> None:
        """Take ``NOTIFY_SOCKET`` as it is: a path, or ``@`` and a name for the abstract namespace."""
        self._address = f"\0{address[1:]}" if address and address.startswith("@") else address
        self._socket = _datagrams() if address else None  # where there is no systemd, there may be no such socket
        self._failing = False

    def notify(self, **states: str | int) -> None:
        """Send states such as ``READY=1``; never blocks, and a lost one is logged, once."""
        if not self._address or self._socket is None:
            return
        message = "\n".join(f"{key}={_one_line(value)}" for key, value in states.items())
        try:
            self._socket.sendto(message.encode(), self._address)
            self._failing = False
        except OSError as error:
            if not self._failing:
                log.warning("systemd does not take notifications at %s: %s", self._address, error)
            self._failing = True

    def close(self) -> None:
        """Say that the service is stopping, and let go of the socket."""
        self.notify(STOPPING=1)
        if self._socket is not None:
            self._socket.close()


def _datagrams() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)


class WatchdogSink(Sink):
    """A sink that vouches for the whole loop to systemd. It must be the last sink.

    ``READY`` with the first observation that has been through every sink before it; ``WATCHDOG`` with those that
    follow, so that a camera, a network or a sink that hangs lets the watchdog run out; ``STATUS`` with live values.
    """

    def __init__(
        self,
        notifier: Notifier,
        stats: Callable[[], Mapping[str, object]],
        trouble: Callable[[], str] = str,
        *,
        watchdog_s: float | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the notifier, the values of the loop, and the watchdog's timeout in seconds, if there is one.

        ``trouble`` returns what is wrong outside the loop, in words; empty while nothing is.
        """
        self._notifier = notifier
        self._stats = stats
        self._trouble = trouble
        self._monotonic = monotonic
        self._ready = False
        self._status_due = Interval(STATUS_S)
        self._watchdog_due = Interval(watchdog_s / 4) if watchdog_s else None

    def emit(self, observation: Observation) -> None:
        """Report that one more observation has passed every sink."""
        self._alive(lambda: self._summary(observation))

    def pause(self) -> None:
        """Report that the loop is alive and waits to be switched on."""
        self._alive(lambda: "detection is switched off")

    def close(self) -> None:
        """Report that the service is stopping."""
        self._notifier.close()

    def _alive(self, status: Callable[[], str]) -> None:
        now = self._monotonic()
        if not self._ready:
            self._ready = True
            self._notifier.notify(READY=1)
        if self._watchdog_due and self._watchdog_due.due(now):
            self._notifier.notify(WATCHDOG=1)
        if self._status_due.due(now):
            self._notifier.notify(STATUS="; ".join(filter(None, (status(), self._trouble()))))

    def _summary(self, observation: Observation) -> str:
        stats = self._stats()
        fps = stats.get("fps")
        rate = f"{fps:.1f} fps, " if isinstance(fps, (int, float)) else ""
        return f"{observation.activity_so_far.label}, {rate}{stats.get('dropped', 0)} dropped"


def take_address(environ: MutableMapping[str, str] = os.environ) -> str | None:
    """Return systemd's socket and forget it, so that no child (gst-launch) speaks in the service's name."""
    return environ.pop("NOTIFY_SOCKET", None)


def watchdog_s(environ: Mapping[str, str] = os.environ) -> float | None:
    """Return how long systemd waits for a sign of life; None if it does not watch this process.

    ``WATCHDOG_USEC`` and ``WATCHDOG_PID`` as sd_watchdog_enabled(3) has them.
    """
    usec = environ.get("WATCHDOG_USEC", "")
    watched = environ.get("WATCHDOG_PID", "")
    if not usec.isdigit() or int(usec) == 0 or watched not in {"", str(os.getpid())}:
        return None
    return int(usec) / 1e6


def _one_line(value: str | int) -> str:
    return " ".join(str(value).split())
