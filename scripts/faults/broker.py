"""A broker that says anything at all: fuzzed MQTT packets, which must not stop the client.

    .venv/bin/python scripts/faults/broker.py [--packets 10000] [--seconds 60] [--seed 1]

The client is haredge's own, with its publisher, its switch and its outbox, in a process of its own. After some hundred
packets the broker behaves for a while and waits for a health message. Status 1, with the seed, for a process that has
ended, a health message that does not come, a traceback, a planted password in the log, a line of log that is not plain
text, or memory, threads or handles that grow.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from odd_broker import OddBroker, Peer, connack, packet
from odd_packets import fuzzed, properties

SECRET: Final = "planted-47110-secret"  # noqa: S105  # planted
HANG_S: Final = 30.0
BETWEEN: Final = 400
"""Fuzzed packets from one health message that must come to the next."""

GROWTH_MB, MOST_THREADS, MORE_HANDLES = 30.0, 8, 6


@dataclass
class Fuzzer:
    """What the broker has sent, and when it behaves."""

    rng: random.Random
    sent: int = 0
    behaving: bool = False
    broker: OddBroker = field(init=False)

    def __post_init__(self) -> None:
        """Start the broker."""
        self.broker = OddBroker(on_connect=self.answer)

    def answer(self, peer: Peer) -> bytes:
        """Answer a connection: correctly, then with fuzzed packets; or with one at once."""
        if self.behaving:
            return connack(peer.level)
        threading.Thread(target=self._flood, args=(peer,), daemon=True).start()
        way = self.rng.random()
        if way < 0.7:
            return connack(peer.level)
        self.sent += 1
        if way < 0.85:
            return fuzzed(self.rng, peer.level)
        reason = self.rng.choice((0, 0, self.rng.randrange(256)))
        extra = properties(self.rng) if peer.level == 5 else b""
        return packet(0x20, bytes([self.rng.randrange(2), reason]) + extra)

    def _flood(self, peer: Peer) -> None:
        for _ in range(self.rng.randrange(1, 30)):
            time.sleep(0.002)
            if self.behaving:
                break
            try:
                peer.socket.sendall(fuzzed(self.rng, peer.level))
            except OSError:
                return
            self.sent += 1
        time.sleep(0.02)
        peer.end()


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the client's process holds."""

    memory_mb: float
    threads: int
    handles: int

    @classmethod
    def of(cls, pid: int) -> Footprint:
        """Read it from /proc."""
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        handles = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        return cls(int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), handles)


def healthy(fuzzer: Fuzzer, child: subprocess.Popen[str]) -> bool:
    """Behave until a health message has come; return whether one has."""
    fuzzer.behaving = True
    before, end = len(fuzzer.broker.on("haredge/fuzz/health")), time.monotonic() + HANG_S
    while len(fuzzer.broker.on("haredge/fuzz/health")) == before:
        if child.poll() is not None or time.monotonic() > end:
            return False
        time.sleep(0.02)
    fuzzer.behaving = False
    fuzzer.broker.heard.clear()
    for peer in fuzzer.broker.peers:
        peer.end()
    fuzzer.broker.peers.clear()
    return True


def wrong_in_log(log: str) -> list[str]:
    """Name what a log must not have."""
    found = [word for word in ("Traceback", SECRET) if word in log]
    lines = log.splitlines()
    found += [f"a line of {len(line)} characters" for line in lines if len(line) > 600][:1]
    return (
        found
        + [f"not plain text: {line!a:.100}" for line in lines if not line.isprintable() or "ERROR forged" in line[:15]][
            :1
        ]
    )


def fuzz(packets: int, seconds: float, seed: int) -> list[str]:
    """Send so many packets, for so long at most; return what went wrong."""
    fuzzer, end, wrong = Fuzzer(random.Random(seed)), time.monotonic() + seconds, list[str]()
    with tempfile.TemporaryDirectory() as folder, Path(folder, "log").open("w+") as log:
        command = [sys.executable, __file__, "--client", str(fuzzer.broker.port), folder]
        with subprocess.Popen(command, stderr=log, text=True) as child:
            if not healthy(fuzzer, child):
                wrong.append("it did not start")
            first, due = Footprint.of(child.pid), BETWEEN
            while not wrong and fuzzer.sent < packets and time.monotonic() < end:
                time.sleep(0.05)
                if fuzzer.sent >= due:
                    due = fuzzer.sent + BETWEEN
                    if not healthy(fuzzer, child):
                        wrong.append(f"it has ended: {child.poll()}" if child.poll() is not None else "it hangs")
            if not wrong and not healthy(fuzzer, child):
                wrong.append("it hangs at the end")
            wrong += grown(first, Footprint.of(child.pid)) if child.poll() is None else []
            child.kill()
        wrong += wrong_in_log(Path(folder, "log").read_text(errors="replace"))
        if wrong:
            print(Path(folder, "log").read_text(errors="replace")[-4000:])
    print(f"{fuzzer.sent} fuzzed packets")
    return wrong


def grown(first: Footprint, last: Footprint) -> list[str]:
    """Name what has grown."""
    print(f"{first} -> {last}")
    excess = {
        "memory": last.memory_mb - first.memory_mb > GROWTH_MB,
        "threads": last.threads > MOST_THREADS,
        "handles": last.handles > first.handles + MORE_HANDLES,
    }
    return [f"{name} has grown" for name, too_much in excess.items() if too_much]


def client(port: int, folder: Path) -> None:
    """Run haredge's client against the broker until it is killed."""
    import logging  # noqa: PLC0415

    from observed import LABELS, observed  # noqa: PLC0415

    from haredge.config.schema import MqttConfig  # noqa: PLC0415
    from haredge.core.clock import live_clock  # noqa: PLC0415
    from haredge.mqtt.backoff import Timeouts  # noqa: PLC0415
    from haredge.mqtt.homeassistant import Device  # noqa: PLC0415
    from haredge.mqtt.messages import Topics  # noqa: PLC0415
    from haredge.mqtt.outbox import Outbox  # noqa: PLC0415
    from haredge.mqtt.publisher import Publisher, PublisherSettings  # noqa: PLC0415
    from haredge.service.announcing import Announcer  # noqa: PLC0415
    from haredge.service.fall_record import Acknowledgement  # noqa: PLC0415
    from haredge.service.known_zones import KnownZones  # noqa: PLC0415
    from haredge.service.remote_control import Controls, remote_controlled  # noqa: PLC0415
    from haredge.service.remote_settings import RemoteSettings  # noqa: PLC0415
    from haredge.service.switch import DetectionSwitch  # noqa: PLC0415

    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.INFO)
    (folder / "password").write_text(SECRET)
    login = {"username": "fuzz", "password_file": folder / "password"}
    config = MqttConfig.model_validate({"host": "127.0.0.1", "port": port, "node": "fuzz", **login})
    topics = Topics(config.base, config.node)
    hasty = Timeouts(
        answer_s=0.5, first_retry_s=0.01, last_retry_s=0.05, refused_retry_s=0.01, taken_over_retry_s=0.05, steady_s=0.5
    )
    controls = Controls(DetectionSwitch(folder / "off"), Acknowledgement(), RemoteSettings(None))
    running = remote_controlled(config, controls, Outbox(folder / "outbox.sqlite", 500), hasty)
    known = KnownZones(folder / "zones")
    Announcer(running, config.discovery, Device(topics, "everyday", LABELS), known).announce(["sofa"])
    running.start()
    settings = PublisherSettings(topics, "everyday", LABELS, live_clock(), running.health, 5.0, 0.2)
    publisher, began = Publisher(running, settings), time.monotonic()
    while True:
        t = time.monotonic() - began
        publisher.emit(observed(t, ("squat", "clap", "no_person")[int(t) % 3], since=float(int(t))))
        time.sleep(0.05)


def main() -> int:
    """Fuzz, and evaluate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=10_000, help="how many to send")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="for how long at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--client", nargs=2, metavar=("PORT", "FOLDER"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.client:
        client(int(args.client[0]), Path(args.client[1]))
    wrong = fuzz(args.packets, args.seconds, args.seed)
    print(f"seed {args.seed}: {'; '.join(wrong)}" if wrong else "none stopped the client; nothing has grown")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
