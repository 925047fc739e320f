"""Which images of empty rooms are for training, choosing and testing: by checksums, the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

ROOMS_TEST: Final = 150
ROOMS_CHOICE: Final = 60
"""Rooms kept for the test and for choosing the score below which no person is detected, less those of NOT_EMPTY."""

NOT_EMPTY: Final = frozenset(
    {
        "bathroom_0669.jpg",
        "bedroom_0704.jpg",
        "dining_room_0101.jpg",
        "dining_room_0197.jpg",
        "dining_room_0778.jpg",
        "entrance_hall_0247.jpg",
        "entrance_hall_0288.jpg",
        "entrance_hall_0294.jpg",
        "entrance_hall_0508.jpg",
        "entrance_hall_0619.jpg",
        "entrance_hall_0644.jpg",
        "entrance_hall_0651.jpg",
        "entrance_hall_0681.jpg",
        "entrance_hall_0755.jpg",
        "entrance_hall_0769.jpg",
        "entrance_hall_0866.jpg",
        "kitchen_0199.jpg",
        "kitchen_0417.jpg",
        "kitchen_0731.jpg",
    }
)
"""Images that do show people, or a part of one, and are therefore in no part: five of the 210 kept, 14 of the others.

Seen by looking at those in which one of a few networks is most confident of a person: 60 and 72.
"""


@dataclass(frozen=True, slots=True)
class Rooms:
    """Names of images without people."""

    test: frozenset[str]
    choice: frozenset[str]
    train: frozenset[str]


def split_rooms(names: Iterable[str]) -> Rooms:
    """Divide rooms' images by the checksum of their names."""
    ranked = sorted(names, key=lambda name: (bucket(PurePath(name).name.encode()), name))
    choice_end = ROOMS_TEST + ROOMS_CHOICE
    parts = (ranked[:ROOMS_TEST], ranked[ROOMS_TEST:choice_end], ranked[choice_end:])
    return Rooms(*(frozenset(name for name in part if PurePath(name).name not in NOT_EMPTY) for part in parts))


def lspet_number(name: str) -> int:
    """Return the number of a Leeds Sports Pose Extended image, as 9001 for ``im09001.jpg``."""
    return int(PurePath(name).stem.removeprefix("im"))


def bucket(content: bytes) -> int:
    """Return one of ten thousand buckets, the same for the same bytes, by which images are divided."""
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return int(digest[:8], 16) % 10000
