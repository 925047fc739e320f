"""systemd's end of the notification socket, for tests."""

from __future__ import annotations

import socket
from contextlib import suppress


class Manager:
    """Listens at an address as systemd gives it: a path, or ``@`` and a name."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self.socket.setblocking(False)

    def received(self) -> list[str]:
        """Return the datagrams that have come since the last call."""
        datagrams = []
        with suppress(BlockingIOError):
            while True:
                datagrams.append(self.socket.recv(4096).decode())
        return datagrams
