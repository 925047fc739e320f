"""What observations go to: a broker or standard output, a web address, a terminal, the live view, systemd last.

A new sink is a module with a function ``(SinkContext) -> Sink | None``, and its line in :data:`SINKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from typing import Final

from haredge.core.seams import Sink
from haredge.core.types import Observation
from haredge.service import live_view, publishing, status_line, webhook
from haredge.service.sink_context import SinkContext
from haredge.service.systemd import Notifier, WatchdogSink, take_address, watchdog_s

OpenSink = Callable[[SinkContext], Sink | None]
"""Opens a sink; None if the configuration does not ask for it. Raises the errors of what it opens."""

SINKS: Final[Sequence[OpenSink]] = (
    status_line.open_sink,
    live_view.open_sink,
    publishing.open_sink,
    webhook.open_sink,  # after what publishes: a fall has the id that it has there
)
"""All sinks but systemd's, in the order in which they are opened and get each observation.

They are closed in reverse: ``offline`` is published before the pages wait for their viewers.
"""


class Sinks:
    """The sinks that are open, in order."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self._sinks = sinks

    def emit(self, observation: Observation) -> None:
        """Hand an observation to every sink."""
        for sink in self._sinks:
            sink.emit(observation)

    def pause(self) -> None:
        """Pass on to every sink that detection is off."""
        for sink in self._sinks:
            sink.pause()


def open_sinks(stack: ExitStack, context: SinkContext, sinks: Sequence[OpenSink] = SINKS) -> Sinks:
    """Open the sinks; ``stack`` closes them in reverse order.

    systemd's comes last, always: it vouches for all others.
    """
    notifier = Notifier(take_address())  # before another sink starts a child, which must not inherit the address
    last = WatchdogSink(notifier, context.health.loop, context.health.trouble, watchdog_s=watchdog_s())
    opened = [_entered(stack, sink) for each in sinks if (sink := each(context)) is not None]
    return Sinks([*opened, _entered(stack, last)])


def _entered(stack: ExitStack, sink: Sink) -> Sink:
    return stack.enter_context(closing(sink))
