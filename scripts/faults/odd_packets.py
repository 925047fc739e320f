"""MQTT packets as no broker should send them: nearly right, damaged, or made up."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from odd_broker import length, packet, publish, text

TOPICS: Final = (
    "haredge/fuzz/detect/set",
    "haredge/fuzz/setting/fall_confirm_s/set",
    "homeassistant/status",
    "haredge/fuzz/status",
    "x",
    "",
    "#",
    "a/+/b",
    "\ufeff",
)
WORDS: Final = (b"ON", b"OFF", b"online", b"", b"\0", b"\xff\xfe", b"x" * 5000, b"\x1b[2J\r\nERROR forged")


def bytes_of(rng: random.Random, most: int = 40) -> bytes:
    """Return some random bytes."""
    return rng.randbytes(rng.randrange(most))


def properties(rng: random.Random) -> bytes:
    """Return properties of MQTT 5: right ones, wrong ones, of a wrong length."""
    kinds = (
        b"\x26" + text(rng.choice(("a", "\ufeff", "\0", "\x1b[2J")) * rng.randrange(3)) + text(b"\xff\xfe"),
        b"\x23" + rng.randbytes(2),
        b"\x1f" + text("reason\r\nERROR forged"),
        b"\x27" + rng.randbytes(4),
        b"\x24" + rng.randbytes(1),
        b"\x25" + rng.randbytes(1),
        b"\x21" + rng.randbytes(2),
        b"\x13" + b"\0" + rng.randbytes(1),
        b"\x0b" + length(rng.randrange(300_000_000)),
        bytes_of(rng),
    )
    body = b"".join(rng.choices(kinds, k=rng.randrange(4)))
    return length(len(body) if rng.random() < 0.8 else rng.randrange(300)) + body


def honest(rng: random.Random, level: int) -> bytes:
    """Return a packet that is nearly right."""
    extra = properties(rng) if level == 5 else b""
    number = rng.randrange(30).to_bytes(2, "big")
    topic = (
        text(rng.choice(TOPICS)) if rng.random() < 0.8 else text(rng.choice((b"\xff\xfe", b"\xed\xa0\x80", b"\xc0")))
    )
    quality = rng.choice((0, 0, 1, 2, 3))
    return rng.choice(
        (
            packet(
                0x30 | quality << 1 | rng.randrange(2), topic + (number if quality else b"") + extra + rng.choice(WORDS)
            ),
            publish(rng.choice(TOPICS), rng.choice(WORDS), level=level, retain=rng.random() < 0.3),
            packet(
                rng.choice((0x40, 0x50, 0x62, 0x70)), number + (rng.randbytes(1) + extra if rng.random() < 0.5 else b"")
            ),
            packet(0x90, number + extra + rng.randbytes(rng.randrange(4))),
            packet(0xB0, number + extra + rng.randbytes(rng.randrange(4))),
            packet(0xE0, rng.randbytes(1) + extra if rng.random() < 0.7 else b""),
            packet(0xD0, bytes_of(rng, 2)),
            packet(0xC0),
            packet(0xF0, rng.randbytes(1) + extra),
            packet(0x20, bytes([0, rng.choice((0, 1, 0x80, rng.randrange(256)))]) + extra),
        )
    )


def fuzzed(rng: random.Random, level: int) -> bytes:
    """Return a packet, damaged in one of many ways or not at all."""
    data = bytearray(honest(rng, level))
    way = rng.random()
    if way < 0.25:
        return bytes(data)
    if way < 0.6:
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
    elif way < 0.7:
        del data[rng.randrange(len(data)) :]
    elif way < 0.8:
        data[1:2] = length(rng.choice((0, 1, 200, 16_384, 16_385, 268_435_455)))
    elif way < 0.9:
        at = rng.randrange(len(data) + 1)
        data[at:at] = bytes_of(rng)
    else:
        data = bytearray(bytes_of(rng, 200))
    return bytes(data)
