"""A server of one file over HTTP, for the tests: it serves as it should, or stalls, breaks off, lies and refuses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from patient_server import PatientServer


@dataclass
class FileServer:
    """What the server does; a test changes it from one request to the next."""

    content: bytes
    address: str = ""
    ranges: bool = True
    """Whether a part of the file can be had."""
    after: int | None = None
    """Bytes of an answer's body after which it :attr:`stalls`, or else breaks off; None for all."""
    stalls: bool = False
    says_length: bool = True
    claims: int | None = None
    """What the server says its length is."""
    shifted: int = 0
    """How far from the asked byte a part begins."""
    status: int = 200
    location: str = ""
    asked: list[str] = field(default_factory=list)
    """The ranges asked for so far, "" for the whole file."""
    closed: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(content: bytes) -> Iterator[FileServer]:
    """Serve ``content`` on a free loopback port."""
    settings = FileServer(content)

    class Handler(BaseHTTPRequestHandler):
        """Answers one request."""

        def do_GET(self) -> None:
            """Do as the settings say."""
            settings.asked.append(self.headers.get("Range", ""))
            if settings.status != 200:
                self.send_response(settings.status)
                self.send_header("Location", settings.location)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self._send(self._begin())

        def _begin(self) -> int:
            asked, size = settings.asked[-1], len(settings.content)
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and settings.ranges else 0
            if start >= size:
                self.send_error(416)
                return size
            start += settings.shifted if start else 0
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
            if settings.says_length:
                self.send_header("Content-Length", str(settings.claims or size - start))
            self.end_headers()
            return start

        def _send(self, start: int) -> None:
            body = settings.content[start:]
            self.wfile.write(body if settings.after is None else body[: settings.after])
            if settings.stalls:
                settings.closed.wait()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = PatientServer(("127.0.0.1", 0), Handler)
    settings.address = f"http://127.0.0.1:{server.server_address[1]}/model.tflite"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield settings
    finally:
        settings.closed.set()
        server.shutdown()
        thread.join()
        server.server_close()
