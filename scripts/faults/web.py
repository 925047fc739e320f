"""Send mutated requests to the web pages: no crash, no hang, no traceback, no leak of the token, no page without it.

    .venv/bin/python scripts/faults/web.py [--count 1000] [--seed 1] [--seconds 60]

Half go to the page to try clips, half to a daemon's live view, each a real command in a process of its own, locked by a
token. A request is one that browsers and programs send, with bytes, header lines and paths changed, cut or repeated.
Ends with status 1 if anything of that kind is found; the request is shown then.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

TOKEN = "planted-token-of-32-characters-0"  # noqa: S105 - made up
ANSWER_S = 10.0
"""Longest time for an answer to a request that has ended."""

LOCKED = (b'"locked"', b"haredge_build_info", b'id="activities"', b'id="of-camera"', b"data: {", b"--image")
"""What is in locked pages and nowhere else."""

VIDEO = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00" + bytes(200)
IMAGE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(200)
REQUESTS = (
    ("GET / HTTP/1.1", b""),
    ("GET /login HTTP/1.1", b""),
    ("GET /healthz HTTP/1.1", b""),
    ("GET /metrics HTTP/1.1", b""),
    ("GET /api/setup HTTP/1.1", b""),
    ("GET /api/events HTTP/1.1", b""),
    ("GET /api/images?of=skeleton HTTP/1.1", b""),
    ("GET /static/style.css HTTP/1.1", b""),
    ("GET /api/clips/AAAAAAAAAAAAAAAAAAAAAA/video?download HTTP/1.1", b""),
    ("GET /api/clips/AAAAAAAAAAAAAAAAAAAAAA/events HTTP/1.1", b""),
    ("DELETE /api/clips/AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1", b""),
    ("POST /api/clips?name=a.mp4&pose=pose&activity=everyday HTTP/1.1", VIDEO),
    ("POST /api/clips?name=a.jpg&still=still HTTP/1.1", IMAGE),
    ("GET /api/clips/AAAAAAAAAAAAAAAAAAAAAA/image?download HTTP/1.1", b""),
    ("POST /login HTTP/1.1", b"token=wrong"),
    ("POST /logout HTTP/1.1", b""),
)
HEADERS = (
    "Accept: text/html,*/*;q=0.8",
    "Accept-Encoding: gzip, deflate, br",
    "Origin: http://{host}",
    "Origin: https://evil.example",
    "Sec-Fetch-Site: same-origin",
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-Dest: document",
    "Range: bytes=0-99",
    "If-Range: x",
    'If-None-Match: "x"',
    "If-Modified-Since: Sun, 29 Nov 2026 12:00:00 GMT",
    'Cookie: haredge-00000000=9999999999.abc; a="b\\"c"',
    "X-Forwarded-For: 192.0.2.1, 127.0.0.1",
    "X-Forwarded-Proto: https",
    "Transfer-Encoding: chunked",
    "Expect: 100-continue",
    "Connection: keep-alive",
    "Upgrade: websocket",
    "Content-Type: application/x-www-form-urlencoded",
    "Authorization: Basic eDp5",
    "Authorization: Bearer wrong-token-of-some-length",
)
HOSTS = ("127.0.0.1:/login?", "localhost:/static/?", "[::1]:/healthz#", "evil.example", "127.0.0.1:1@evil.example", "")
SCRAPS = (
    *b': :: ; , / // /../ %00 %ff %2e%2e/ ? ?? # & = @ [ ] [::1 " \\ -1 \xe9 \xe2\x80\xae'.split(b" "),
    b"/login",
    b"/static/",
    b"/healthz",
    b"127.0.0.1:/login?",
    b"9" * 5000,
    b"x" * 20_000,
    b"\\" * 3000,
)
"""What a value of HTTP may contain, or nearly."""

RAW_SCRAPS = (*SCRAPS, b"\0", b" ", b"\t", b"\r\n", b"\r\n\r\n", b"\xff", b"HTTP/1.0", b"HTTP/9.9", b"0\r\n\r\n")


def request(rng: random.Random, host: str) -> tuple[bytes, bool]:
    """Return a mutated request, and whether the token is in it."""
    line, body = rng.choice(REQUESTS)
    named = host if rng.random() < 0.8 else rng.choice(HOSTS)
    headers = [f"Host: {named}", *(header.format(host=host) for header in rng.sample(HEADERS, rng.randrange(5)))]
    if known := rng.random() < 0.4:
        headers.append(f"Authorization: Bearer {TOKEN}")
    if body:
        headers.append(f"Content-Length: {len(body)}")
    rng.shuffle(headers)
    data = bytearray("\r\n".join([line, *headers, "", ""]).encode() + body)
    for _ in range(rng.randrange(1, 4)):
        (_mutate_value if rng.random() < 0.7 else _mutate_bytes)(rng, data)
    return bytes(data), known


_VALUES = re.compile(rb"^(?:[A-Z]+ |[A-Za-z-]+: )([^\r\n]*?)(?: HTTP/1.1)?\r$", re.MULTILINE)


def _mutate_value(rng: random.Random, data: bytearray) -> None:
    """Change a path or the value of a header, so that what is left is HTTP."""
    places = [found.span(1) for found in _VALUES.finditer(data)]
    start, end = rng.choice(places or [(0, len(data))])
    at = rng.randrange(start, end + 1)
    data[at : min(end, at + rng.choice((0, 0, 1, 5, 50)))] = rng.choice(SCRAPS)


def _mutate_bytes(rng: random.Random, data: bytearray) -> None:
    at = rng.randrange(len(data) + 1)
    match rng.randrange(6):
        case 0:
            data[at : at + rng.randrange(8)] = rng.choice(RAW_SCRAPS)
        case 1:
            data[at:at] = rng.choice(RAW_SCRAPS)
        case 2:
            data[at : at + 1] = rng.randbytes(1)
        case 3:
            del data[at : at + rng.randrange(1, 30)]
        case 4:
            data[at:at] = data[at : at + rng.randrange(200)]
        case _:
            lines = data.split(b"\r\n")
            rng.shuffle(lines)
            data[:] = b"\r\n".join(lines)


class Server:
    """A command that serves pages, and what it has said."""

    def __init__(self, folder: Path, *words: str) -> None:
        environment = os.environ | {"STATE_DIRECTORY": str(folder / "state"), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "haredge", *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.said = bytearray()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.port = self._port()

    def _read(self) -> None:
        assert self.process.stdout
        while part := self.process.stdout.read1(65_536):  # type: ignore[attr-defined]
            self.said += part

    def _port(self) -> int:
        ends_s = time.monotonic() + 60
        while time.monotonic() < ends_s and self.process.poll() is None:
            if found := re.search(rb"http://127\.0\.0\.1:(\d+)/", bytes(self.said)):
                return int(found[1])
            time.sleep(0.05)
        sys.exit(f"no page here: {self.said.decode(errors='replace')}")

    def end(self) -> None:
        """End it, kindly at first."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self._reader.join()


@contextmanager
def servers(folder: Path) -> Iterator[list[Server]]:
    """Start both kinds of pages."""
    (folder / "token").write_text(TOKEN)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "config.yaml").write_text(f"source: 'test:'\nview: {{enabled: true, port: {port}, token_file: token}}\n")
    with ExitStack() as stack:
        started = []
        for words in (("web", "--port", "0", "--token-file", "token", "--folder", "."), ("--dry-run",)):
            started.append(Server(folder, *words))
            stack.callback(started[-1].end)
        yield started


def answer(port: int, data: bytes, address: str) -> bytes | None:
    """Return the beginning of the answer, None if none comes in time though the request has ended."""
    came = b""
    with socket.create_connection(("127.0.0.1", port), ANSWER_S, (address, 0)) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while (part := connection.recv(65_536)) and len(came) < 100_000:
                came += part
                if any(mark in came for mark in (b"event-stream", b"x-mixed-replace")) and len(came) > 2000:
                    break
        except TimeoutError:
            return came or None
        except OSError:
            pass
    return came


def faults(server: Server, came: bytes | None, *, known: bool) -> Iterator[str]:
    """Yield what is wrong with an answer, and with the server after it."""
    if server.process.poll() is not None:
        yield "crash"
        return
    if came is None or (answer(server.port, HEALTH, "127.0.0.1") or b"")[9:12] not in {b"200", b"503"}:
        yield "hang"
    if b"Traceback" in server.said:
        yield "traceback"
        server.said.clear()
    if TOKEN.encode() in (came or b"") or TOKEN.encode() in server.said:
        yield "leak of the token"
    if not known and any(mark in (came or b"") for mark in LOCKED):
        yield "page without the token"


HEALTH = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
KINDS = ("crash", "hang", "traceback", "leak of the token", "page without the token")


def run(count: int, seed: int, until: Callable[[], bool]) -> bool:
    """Send requests; print what was found, and return whether it is nothing."""
    rng, found, statuses, sent = random.Random(seed), Counter[str](), Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder)) as started:
        while sent < count and not until():
            server = started[sent % 2]
            data, known = request(rng, f"127.0.0.1:{server.port}")
            came = answer(server.port, data, f"127.0.{rng.randrange(256)}.{rng.randrange(2, 255)}")
            for fault in faults(server, came, known=known or TOKEN.encode() in data):
                found[fault] += 1
                print(f"{fault}: request {sent}: {data[:2000]!r}\n  {(came or b'')[:300]!r}", flush=True)
            if found["crash"]:
                break
            statuses[(came or b"")[9:12].decode("latin-1") or "none"] += 1
            sent += 1
    print(f"{sent} mutated requests (seed {seed}): " + ", ".join(f"{found[kind]} {kind}" for kind in KINDS))
    print("answers: " + ", ".join(f"{status} {number}" for status, number in statuses.most_common()))
    return not found


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this time")
    args = parser.parse_args()
    ends_s = time.monotonic() + args.seconds
    sys.exit(not run(args.count, args.seed, lambda: time.monotonic() > ends_s))


if __name__ == "__main__":
    main()
