"""A day's worth of frames, as fast as they go, through the parts of the daemon: memory, threads and handles stay flat.

    .venv/bin/python scripts/faults/soak.py [--frames 1296000] [--port 1883]

A synthetic person comes, does things and goes, again and again; the day has 24 parts, and each opens the source
again. Networks, capture thread, publisher and (with a broker on this machine's ``--port``) client are the daemon's own.
A table shows resident memory, threads, file handles and messages after each part; status 1 if one of the first
three grows.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import ClassVar, Final

from haredge.board import Board
from haredge.compose import Networks, open_networks
from haredge.config.schema import Config, MqttConfig
from haredge.core.clock import recorded_clock
from haredge.core.progress import Estimate, TaskProgress, bar
from haredge.core.types import Frame, Image
from haredge.mqtt.broker import client_of
from haredge.mqtt.messages import Message, Topics
from haredge.mqtt.outbox import Outbox
from haredge.mqtt.publisher import Publisher, PublisherSettings, Transport
from haredge.service.health import Stages, versions
from haredge.sources.buffered import Prefetched
from haredge.synthetic.clip import SyntheticClip

PARTS: Final = 24
RATE_HZ: Final = 15
WARM: Final = 4
"""Parts after which everything that is kept has been made: what grows from then on has a leak."""

GROWTH_MB: Final = 8.0
"""What resident memory may come and go by; a leak of ten bytes a frame would be 12 MB a day."""

SCRIPT: Final = (("empty", 3.0), ("walking", None), ("standing", 3.0), ("jumping_jacks", 5.0), ("sitting", 5.0))


@dataclass(frozen=True, slots=True)
class Repeated:
    """Images that were drawn once, again and again, on a clock of their own that runs on."""

    images: list[Image]
    first: int
    frames: int
    live: ClassVar[bool] = False

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames of one part of the day."""
        for index in range(self.first, self.first + self.frames):
            yield Frame(index, index / RATE_HZ, self.images[index % len(self.images)])


@dataclass
class Counted:
    """Counts the messages on their way to a transport, if there is one."""

    inner: Transport | None
    messages: int = 0

    def send(self, message: Message) -> None:
        """Take a message."""
        self.messages += 1
        if self.inner is not None:
            self.inner.send(message)


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the process holds."""

    memory_mb: float
    threads: int
    handles: int

    @classmethod
    def now(cls) -> Footprint:
        """Measure."""
        memory_mb = Board().figures()["memory_mb"]
        assert isinstance(memory_mb, float)
        return cls(memory_mb, threading.active_count(), len(list(Path("/proc/self/fd").iterdir())))


def drawn() -> list[Image]:
    """Draw the person's round, once."""
    clip = SyntheticClip(SCRIPT, seed=3, size=(320, 240))
    return [clip.at(index / RATE_HZ).image for index in range(clip.frame_count(RATE_HZ))]


def transport(stack: ExitStack, port: int | None) -> Transport | None:
    """Connect to the broker on this machine, if one is asked for."""
    if port is None:
        return None
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    client = client_of(MqttConfig(host="127.0.0.1", port=port, node="soak"), Outbox(Path(folder, "outbox.sqlite")))
    client.start()
    client.wait_answered()
    stack.callback(client.close)
    return client


def publisher(carrier: Transport, stages: Stages) -> Publisher:
    """Make the publisher; by its clock, too, a day goes by."""
    frames, board = count(), Board()

    def health() -> dict[str, object]:
        return {**stages.values(), "dropped": 0, **board.figures(), "versions": versions()}

    settings = PublisherSettings(Topics("haredge", "soak"), "everyday", (), recorded_clock(), health)
    return Publisher(carrier, settings, monotonic=lambda: next(frames) / RATE_HZ)


def run_part(recogniser: Networks, source: Repeated, sink: Publisher, stages: Stages) -> None:
    """Open the source and recognise all of its frames."""
    with closing(iter(Prefetched(source))) as stream:
        for observation in recogniser.observe(stream, stages.measure):
            sink.emit(observation)


def soak(frames: int, port: int | None) -> list[Footprint]:
    """Let so many frames through, and return what the process held after each part."""
    recogniser, images, stages, held = open_networks(Config()), drawn(), Stages(), list[Footprint]()
    with ExitStack() as stack:
        counted = Counted(transport(stack, port))
        sink = stack.enter_context(closing(publisher(counted, stages)))
        size, estimate = frames // PARTS, Estimate(PARTS)
        for part in range(PARTS):
            run_part(recogniser, Repeated(images, part * size, size), sink, stages)
            held.append(Footprint.now())
            tell(held, size, counted.messages, estimate.at(part + 1))
    return held


def tell(held: list[Footprint], size: int, messages: int, step: TaskProgress) -> None:
    """Print a line of the table, and the time left."""
    now = held[-1]
    footprint = f"{now.memory_mb:7.1f} MB {now.threads:3} threads {now.handles:3} handles"
    print(f"{len(held) * size:8} frames {footprint} {messages:7} messages  {bar(step)}", flush=True)


def grown(held: list[Footprint]) -> list[str]:
    """Name what has grown since everything was warm."""
    warm, last = held[WARM:], held[-1]
    memory_mb = [each.memory_mb for each in warm]
    excess = {
        "memory": memory_mb[-1] - min(memory_mb) > GROWTH_MB,
        "threads": last.threads > min(each.threads for each in warm),
        "handles": last.handles > min(each.handles for each in warm),
    }
    return [name for name, too_much in excess.items() if too_much]


def main() -> int:
    """Soak, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=24 * 3600 * RATE_HZ)
    parser.add_argument("--port", type=int)
    args = parser.parse_args()
    leaks = grown(soak(args.frames, args.port))
    print(f"has grown: {', '.join(leaks)}" if leaks else "memory, threads and handles stay flat")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main())
