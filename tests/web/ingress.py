"""A reverse proxy that serves a page under a prefix, and inside one of its own, as Home Assistant's ingress does.

Like that one (components/hassio/ingress.py of Home Assistant 2026.3, and the Supervisor's api/ingress.py) it passes on
the Host header that it was asked with, adds X-Ingress-Path and X-Forwarded-For, drops the parameters of the answer's
type, and compresses some types without ever flushing what it has.
"""

from __future__ import annotations

import http.client
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Final

from patient_server import PatientServer
from serving import Client

PREFIX: Final = "/api/hassio_ingress/kSPV3hJ1vW9"

_PAGE: Final = f"""<!doctype html><title>Home</title><link rel="icon" href="data:,">
<iframe src="{PREFIX}/" width="1200" height="800"></iframe>""".encode()
_OWN: Final = frozenset({"connection", "transfer-encoding", "content-length", "content-type", "content-encoding"})


class Proxy(BaseHTTPRequestHandler):
    """Answers one connection of a browser."""

    protocol_version = "HTTP/1.1"
    port: int
    """Of what is served, at 127.0.0.1."""
    address: str
    """Where the proxy connects from."""

    def do_GET(self) -> None:
        if self.path.startswith(f"{PREFIX}/"):
            with suppress(OSError):  # a browser leaves a stream
                self._pass_on()
        else:
            self._begin(200 if self.path == "/" else 404, {}, "text/html", len(_PAGE))
            self.wfile.write(_PAGE)

    do_POST = do_GET  # noqa: N815  (http.server's name)

    def _pass_on(self) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() != "accept-encoding"}
        headers |= {"X-Ingress-Path": PREFIX, "X-Forwarded-For": f"{self.client_address[0]}, 127.0.0.9"}
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, source_address=(self.address, 0))) as asked:
            asked.request(self.command, self.path.removeprefix(PREFIX), body or None, headers)
            answer = asked.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in _OWN}
            kind = (answer.getheader("content-type") or "").partition(";")[0]
            if (length := answer.getheader("content-length")) is None:
                self._stream(answer, kept, kind)
            else:
                self._begin(answer.status, kept, kind, int(length))
                self.wfile.write(answer.read())

    def _stream(self, answer: http.client.HTTPResponse, kept: dict[str, str], kind: str) -> None:
        compressing = zlib.compressobj() if is_compressed(kind) else None
        if compressing:
            kept["Content-Encoding"] = "deflate"
        self._begin(answer.status, kept, kind, None)
        while data := answer.read1(65_536):
            self.wfile.write(compressing.compress(data) if compressing else data)

    def _begin(self, status: int, headers: dict[str, str], kind: str, length: int | None) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header(*(("Connection", "close") if length is None else ("Content-Length", str(length))))
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def is_compressed(kind: str) -> bool:
    """Return whether Home Assistant compresses a type (should_compress of homeassistant/components/hassio/http.py)."""
    if kind.startswith("application/"):
        return any(word in kind for word in ("json", "xml", "javascript"))
    return kind != "text/event-stream" and not kind.startswith(("image/", "video/", "audio/", "font/"))


@contextmanager
def ingress(port: int, address: str) -> Iterator[Client]:
    """Serve what listens on a port of 127.0.0.1; the proxy connects from ``address``."""
    handler = type("Handler", (Proxy,), {"port": port, "address": address})
    server = PatientServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield Client(server.server_port)
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
