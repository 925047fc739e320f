"""Promises of haredge.sources.http_client that need a camera with TLS."""

from __future__ import annotations

import shutil
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from certificates import authority, certificate
from patient_server import PatientServer

from haredge.sources.http_client import HttpClient, HttpError

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")


class Handler(BaseHTTPRequestHandler):
    """Sends on to the same host without TLS."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:1/video")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[str]:
    """Run a camera with TLS; give its host and port."""
    signed = certificate(tmp_path, "camera", authority(tmp_path, "ca"), "IP:127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed, signed.with_suffix(".key"))
    with PatientServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_password_does_not_leave_tls(camera: str) -> None:
    """A camera that redirects to http:// would have it sent in the clear, which the address did not ask for."""
    refused = pytest.raises(HttpError, match="from https:// to http://, which anyone in between can read")
    with closing(HttpClient(f"https://anna:secret@{camera}/", 10)) as client, refused:
        client.get()


def test_without_a_password_there_is_nothing_to_hide(camera: str) -> None:
    """Then a redirection is followed: here to a port on which no one answers."""
    with (
        closing(HttpClient(f"https://{camera}/", 10)) as client,
        pytest.raises(HttpError, match="port 1: Connection refused"),
    ):
        client.get()
