"""Free ports: nothing listens on them, and the kernel gives them to no outgoing connection meanwhile."""

from __future__ import annotations

import os
import random
import socket
from itertools import cycle
from typing import Final

EACH: Final = 1000
FIRST: Final = 20_000
"""Below the ports that Linux gives to outgoing connections (from 32768): one of those may be taken the next moment."""

_WORKER: Final = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
"""Number of this process among those that run tests at the same time; each has ports of its own."""

_START: Final = FIRST + EACH * (_WORKER % 12)
_SHIFT: Final = random.Random(os.getpid()).randrange(EACH)  # another run may be under way on this machine
_PORTS: Final[cycle[int]] = cycle([*range(_START + _SHIFT, _START + EACH), *range(_START, _START + _SHIFT)])


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free, and that no other test will get."""
    for _ in range(EACH):
        with socket.socket() as probe:
            try:
                port = next(_PORTS)
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("there is no free port")
