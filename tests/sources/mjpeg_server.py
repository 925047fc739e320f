"""A camera that sends MJPEG over HTTP, for the tests: ``mjpeg_server.py THEN PICTURE...``. Prints its port.

At ``/video`` it sends the images, and THEN "repeat"s them, "end"s or "freeze"s. A process of its own, so that a
test can count what its own process holds open.
"""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

THEN = sys.argv[1]
PICTURES = [Path(path).read_bytes() for path in sys.argv[2:]]


class Camera(BaseHTTPRequestHandler):
    """Answers one client."""

    def do_GET(self) -> None:
        """Send images for as long as the client takes them."""
        if self.path != "/video":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        try:
            self._send()
        except OSError:  # the client has gone
            return

    def _send(self) -> None:
        while True:
            for image in PICTURES:
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(image)}\r\n\r\n"
                self.wfile.write(head.encode() + image + b"\r\n")
            if THEN == "end":
                return
            if THEN == "freeze":
                threading.Event().wait()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Camera)
print(server.server_address[1], flush=True)  # noqa: T201 - the test reads it
server.serve_forever()
