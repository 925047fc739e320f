"""A door between a client and a broker, that a test can shut, or that lets only some in."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

from ports import free_port


class Door:
    """Passes bytes on to a port on this machine; ``refuse`` may answer a client's first bytes instead."""

    def __init__(self, inner_port: int, refuse: Callable[[bytes], bytes | None] = lambda _: None) -> None:
        self._inner_port = inner_port
        self._refuse = refuse
        self._door = socket.create_server(("127.0.0.1", free_port()))
        self.port: int = self._door.getsockname()[1]
        self.shut()

    def open(self) -> None:
        """Let clients in from now on."""
        self._door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._attend, args=(self._door,), daemon=True).start()

    def shut(self) -> None:
        """Let no more clients in; those inside stay."""
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _attend(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._let_in, args=(door.accept()[0],), daemon=True).start()

    def _let_in(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            first = client.recv(4096)
            if (answer := self._refuse(first)) is not None:
                client.sendall(answer)
                client.close()
                return
            inner = socket.create_connection(("127.0.0.1", self._inner_port))
            inner.sendall(first)
            threading.Thread(target=_pass_on, args=(inner, client), daemon=True).start()
            _pass_on(client, inner)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes on in one direction, and then the end."""
    with contextlib.suppress(OSError):
        while data := one.recv(4096):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)
