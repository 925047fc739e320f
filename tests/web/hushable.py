"""A network that can fall silent: nothing comes through any more, and no connection ends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from serving import Client


class Network:
    """Passes connections on to a server until it is hushed."""

    def __init__(self, port: int) -> None:
        self.hushed = threading.Event()
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open = [self._listening]
        self.client = Client(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):  # the end
            while True:
                near = self._listening.accept()[0]
                far = socket.create_connection(("127.0.0.1", self._port))
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):  # an end has left
            while data := one.recv(65_536):
                if not self.hushed.is_set():
                    other.sendall(data)
            if not self.hushed.is_set():
                other.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def network(server: Client) -> Iterator[Network]:
    """Give a network that leads to a server."""
    made = Network(server.port)
    try:
        yield made
    finally:
        made.close()
