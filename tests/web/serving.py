"""Real servers on a free port of this machine, and a plain client."""

from __future__ import annotations

import http.client
import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from haredge.web.connections import HEADER_S
from haredge.web.server import Server


@dataclass(frozen=True)
class Answer:
    """What a server has answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Asks one server, each time over a connection of its own."""

    port: int
    address: str = "127.0.0.1"
    """Where it asks from."""

    def from_address(self, address: str) -> Client:
        """Return a client at another address of this machine's own network, such as 127.0.0.2."""
        return replace(self, address=address)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/"

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(self.address, 0))

    def open_raw(self) -> socket.socket:
        """Return a bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), 30, (self.address, 0))

    def send_raw(self, request: bytes) -> bytes:
        """Send bytes as they are and nothing more, and return what comes back."""
        with self.open_raw() as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        with closing(self.connect()) as connection:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, **headers)

    @contextmanager
    def stream(self, path: str, **headers: str) -> Iterator[http.client.HTTPResponse]:
        """Give an answer that has no end; the client disconnects afterwards."""
        with closing(self.connect()) as connection:
            connection.request("GET", path, headers=headers)
            yield connection.getresponse()

    @contextmanager
    def events(self, path: str) -> Iterator[Iterator[Any]]:
        """Give the objects of an event stream."""
        with self.stream(path) as response:
            lines = iter(response.readline, b"")
            yield (json.loads(line.removeprefix(b"data: ")) for line in lines if line.startswith(b"data: "))


@contextmanager
def served(
    make_app: Callable[[Callable[[], bool]], ASGIApp], header_s: float = HEADER_S, port: int = 0
) -> Iterator[Client]:
    """Serve an application in a thread."""
    server = Server(make_app, "127.0.0.1", port, header_s)
    with server.in_thread():
        yield Client(int(server.url.rstrip("/").rpartition(":")[2]))


def below(folder: Path) -> list[Path]:
    """List what lies below a folder that a server may be tidying up meanwhile, which rglob() would raise at."""
    return [Path(root, name) for root, folders, files in os.walk(folder) for name in (*folders, *files)]
