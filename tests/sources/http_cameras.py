"""Cameras over HTTP as cheap as they come, for the tests: each path of one server is another camera."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler

import numpy as np
from patient_server import PatientServer

from haredge.opencv import cv2

USER, PASSWORD = "me", "p@ss/w?rd#1\N{EURO SIGN}"


def jpeg(seed: int, size: tuple[int, int] = (48, 64)) -> bytes:
    """Encode an image of one colour."""
    return bytes(cv2.imencode(".jpg", np.full((*size, 3), 40 * seed % 255, np.uint8))[1])


@cache
def wide_png() -> bytes:
    """Encode an image that is a little too large."""
    return bytes(cv2.imencode(".png", np.zeros((4100, 4100), np.uint8))[1])


IMAGES = [jpeg(seed) for seed in range(6)]

STREAMS = (
    *("plain", "image-jpg", "no-part-type", "short-length", "zero-length", "huge-length", "no-length", "no-dashes"),
    *("dashes-twice", "quoted", "bare-newlines", "octet", "no-type", "no-first-boundary", "nothing-between", "chunked"),
    *("image", "bare", "bare-image", "bare-text", "long", "bare-long"),
)
"""Ways of sending a stream of JPEGs that are about."""

STREAM_TYPES = {
    "octet": "application/octet-stream",
    "image": "image/jpeg",
    "bare": "application/octet-stream",
    "bare-image": "image/jpeg",
    "bare-text": "text/plain",
    "bare-long": "video/x-motion-jpeg",
}
"""Of streams with another type than most."""

STILLS: dict[str, str | None] = {
    "still": "image/jpeg",
    "still-octet": "application/octet-stream",
    "still-image": "image",
    "still-none": None,
    "still-text": "text/html",
    "still-mixed": "multipart/x-mixed-replace;boundary=frame",
    "still-video": "video/mpeg",
    "still-odd": "\xe9/\xe8;",
}
"""Ways of sending single JPEGs with their length: the type that each has."""

ENDING = ("ending-octet", "ending-image", "ending-chunked", "ending-part", "ending-long-part")
"""Ways of sending single JPEGs, in an answer that ends after each, without their length or in the parts of a stream."""


class Cameras(PatientServer):
    """The server; it counts connections and requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Camera)
        self.ended = threading.Event()
        self.connections = 0
        self.video = b""
        """What the path ``video`` gives."""
        self.asked: Counter[str] = Counter()

    def address(self, path: str, user: str = "") -> str:
        """Return the address of one of the cameras."""
        return f"http://{user}{'@' if user else ''}127.0.0.1:{self.server_address[1]}/{path}"


@contextmanager
def cameras() -> Iterator[Cameras]:
    """Run the server."""
    with Cameras() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            server.shutdown()
            thread.join()


class _Camera(BaseHTTPRequestHandler):
    server: Cameras
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        path = {"caf%E9%201": "still", "caf%C3%A9": "still"}.get(path := self.path.strip("/").split("?")[0], path)
        self.server.asked[path] += 1
        try:
            if path in STREAMS:
                self._stream(path)
            elif path in STILLS:
                self._answer(STILLS[path], IMAGES[self.server.asked[path] % len(IMAGES)])
            elif path in ENDING:
                self._ending(path)
            else:
                getattr(self, "_" + path.replace("-", "_"), self._status)()
        except OSError:  # the visitor has gone
            self.close_connection = True

    def _answer(self, kind: str | None, data: bytes | None = None, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        if data is not None:
            self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data or b"")

    def _stream(self, kind: str) -> None:
        self.close_connection = True
        boundary = {"quoted": '"frame"', "dashes-twice": "--frame"}.get(kind, "frame")
        self.send_response(200)
        if kind != "no-type":
            mixed = f"multipart/x-mixed-replace;boundary={boundary}"
            self.send_header("Content-Type", STREAM_TYPES.get(kind, mixed))
        if kind in {"long", "bare-long"}:
            self.send_header("Content-Length", "999999999")
        if kind == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        mark = {"no-dashes": b"frame", "dashes-twice": b"----frame"}.get(kind, b"--frame")
        for number in range(10_000):
            if self.server.ended.wait(0.005):
                return
            part = self._part(kind, IMAGES[number % len(IMAGES)], mark, first=number == 0)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part) if kind == "chunked" else part)

    @staticmethod
    def _part(kind: str, image: bytes, mark: bytes, *, first: bool) -> bytes:
        lengths = {"short-length": len(image) - 99, "zero-length": 0, "huge-length": 10 * len(image), "no-length": None}
        length = lengths.get(kind, len(image))
        head = b"" if kind == "no-part-type" else b"Content-Type: image/jpeg\r\n"
        head = head.replace(b"jpeg", b"jpg") if kind == "image-jpg" else head
        head += b"" if length is None else b"Content-Length: %d\r\n" % length
        before = b"" if kind == "no-first-boundary" and first else mark + b"\r\n"
        bare = kind == "nothing-between" or kind.startswith("bare")
        part = image if bare and kind != "bare-newlines" else before + head + b"\r\n" + image + b"\r\n"
        return part if kind != "bare-newlines" else part.replace(head + b"\r\n", head.replace(b"\r\n", b"\n") + b"\n")

    def _ending(self, path: str) -> None:
        image = IMAGES[self.server.asked[path] % len(IMAGES)]
        if path.endswith("part"):
            image = b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + image + b"\r\n--frame--\r\n"
        kind = "image/jpeg" if path == "ending-image" else "application/octet-stream"
        if path == "ending-long-part":
            self._answer("multipart/x-mixed-replace;boundary=frame", image)
        elif path == "ending-chunked":
            self._answer(kind, Transfer_Encoding="chunked")
            self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(image), image))
        else:
            self.close_connection = True
            self._answer(kind, Connection="close")
            self.wfile.write(image)

    def _slow_still(self) -> None:
        """Make a new image every third time that it is asked for."""
        self._answer("image/jpeg", IMAGES[self.server.asked["slow-still"] // 3 % len(IMAGES)])

    def _frozen_still(self) -> None:
        self._answer("image/jpeg", IMAGES[0])

    def _closing_still(self) -> None:
        self.close_connection = True
        self._answer("image/jpeg", IMAGES[self.server.asked["closing-still"] % len(IMAGES)], Connection="close")

    def _wide(self) -> None:
        at = IMAGES[0].index(b"\xff\xc0") + 5
        self._answer("image/jpeg", IMAGES[0][:at] + (8000).to_bytes(2, "big") * 2 + IMAGES[0][at + 4 :])

    def _wide_twice(self) -> None:
        """Say another size behind the image, as well."""
        at = IMAGES[0].index(b"\xff\xc0") + 5
        wide = IMAGES[0][:at] + (8000).to_bytes(2, "big") * 2 + IMAGES[0][at + 4 : -2]
        self._answer("image/jpeg", wide + b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00\xff\xd9")

    def _wide_png(self) -> None:
        self._answer("image/png", wide_png())

    def _odd_page(self) -> None:
        self._answer("text/x\x1b[31m", b"no image")

    def _basic(self) -> None:
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != expected:
            self._answer("text/html", b"no", 401, WWW_Authenticate='Basic realm="camera"')
        else:
            self._answer("image/jpeg", IMAGES[self.server.asked["basic"] % len(IMAGES)])

    def _digest_or_bodies(self) -> None:
        self._digest("auth-int, auth")

    def _digest_sha_256(self) -> None:
        self._digest(algorithm="SHA-256")

    def _digest(self, offered: str = "auth", algorithm: str = "md5") -> None:
        parts = self.headers.get("Authorization", "").partition(" ")[2].split(",")
        pairs = (part.partition("=") for part in parts)
        given = {name.strip(): value.strip('"') for name, _, value in pairs}

        def digest(*parts: str) -> str:
            name = algorithm.replace("-", "")
            return hashlib.new(name, ":".join(parts).encode(), usedforsecurity=False).hexdigest()

        proof = digest(
            digest(USER, "camera", PASSWORD),
            *(given.get(name, "") for name in ("nonce", "nc", "cnonce", "qop")),
            digest("GET", self.path),
        )
        if given.get("response") != proof:
            challenge = f'Digest realm="camera", nonce="abc123", qop="{offered}", algorithm={algorithm}'
            self._answer("text/html", b"no", 401, WWW_Authenticate=challenge)
        else:
            self._answer("image/jpeg", IMAGES[self.server.asked["digest"] % len(IMAGES)])

    def _digest_of_bodies(self) -> None:
        challenge = 'Digest realm="camera", nonce="abc123", qop="auth-int"'
        self._answer("text/html", b"no", 401, WWW_Authenticate=challenge)

    def _moved(self) -> None:
        self._answer("text/html", b"there", 302, Location="/basic")

    def _moved_away(self) -> None:
        self._answer("text/html", b"there", 302, Location=f"http://localhost:{self.server.server_address[1]}/basic")

    def _lost(self) -> None:
        self._answer("text/html", b"there", 302, Location="http://[::1/x")

    def _lost_host(self) -> None:
        self._answer("text/html", b"there", 302, Location="//[::1")

    def _lost_brackets(self) -> None:
        self._answer("text/html", b"there", 302, Location="http://[zz]/")

    def _lost_port(self) -> None:
        self._answer("text/html", b"there", 302, Location=f"//a:{'9' * 5000}/")

    def _lost_file(self) -> None:
        self._answer("text/html", b"there", 302, Location="file:///etc/passwd")

    def _moved_far(self) -> None:
        """Send on to a path that is neither ASCII nor without blanks, in bytes of this camera's own."""
        self._answer("text/html", b"there", 302, Location="/caf\xe9 1?a=\xff")

    def _round(self) -> None:
        self._answer("text/html", b"there", 302, Location="/round")

    def _page(self) -> None:
        self._answer("text/html; charset=utf-8", b"<html>Welcome to your camera</html>")

    def _silence(self) -> None:
        self.close_connection = True
        self.server.ended.wait(60)

    def _then_silence(self) -> None:
        self._answer("multipart/x-mixed-replace;boundary=f")
        self.wfile.write(b"--f\r\n\r\n" + IMAGES[0])
        self._silence()

    def _broken(self) -> None:
        self.close_connection = True
        self._answer("multipart/x-mixed-replace;boundary=f")
        for number in range(200):
            self.wfile.write(b"--f\r\n\r\n" + (IMAGES[0] if number < 3 else IMAGES[1][:-200]) + b"\r\n")

    def _cut_off(self) -> None:
        """End in the middle of a stream that comes in chunks, as a camera does that restarts."""
        self.close_connection = True
        self._answer("multipart/x-mixed-replace;boundary=f", Transfer_Encoding="chunked")
        part = b"--f\r\n\r\n" + IMAGES[0]
        self.wfile.write((b"%x\r\n%s\r\n" % (len(part), part)) * 2)

    def _endless(self) -> None:
        self.close_connection = True
        self._answer("multipart/x-mixed-replace;boundary=f")
        self.wfile.write(b"--f\r\n\r\n" + IMAGES[0] + b"\r\n--f\r\n\r\n\xff\xd8\xff\xe0")
        while not self.server.ended.is_set():
            self.wfile.write(b"\x7f\x7f" * 500_000)

    def _png_parts(self) -> None:
        self.close_connection = True
        self._answer("multipart/x-mixed-replace;boundary=f")
        image = bytes(cv2.imencode(".png", np.zeros((48, 64, 3), np.uint8))[1])
        while not self.server.ended.wait(0.005):
            self.wfile.write(b"--f\r\nContent-Type: image/png\r\n\r\n" + image + b"\r\n")

    def _video(self) -> None:
        self._answer("video/mp4", self.server.video)

    def _playlist(self) -> None:
        self._answer("text/plain", b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n")

    def _status(self) -> None:
        number = self.path.strip("/")
        self._answer("text/plain", b"no", int(number) if number.isdecimal() else 404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""
