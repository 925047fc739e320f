"""Fetching a file over HTTP: whatever the server does, what comes out is the file that was wanted, or one error."""

from __future__ import annotations

import hashlib
import random
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import which

import pytest
from file_server import FileServer, serving

from haredge.core.errors import DownloadError
from haredge.models.download import MOST_BYTES, Remote, fetch

CONTENT = random.Random(1).randbytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server() -> Iterator[FileServer]:
    """Serve :data:`CONTENT`."""
    with serving(CONTENT) as running:
        yield running


def fetched(server: FileServer, folder: Path, sha256: str | None = SHA256) -> bytes:
    return fetch(Remote(server.address, sha256), folder, lambda here, total: None, stall_s=0.5).read_bytes()


def refused(server: FileServer, folder: Path, words: str, sha256: str | None = SHA256) -> None:
    with pytest.raises(DownloadError, match=words) as caught:
        fetched(server, folder, sha256)
    assert server.address in str(caught.value)
    assert "\n" not in str(caught.value)


def parts(folder: Path) -> list[int]:
    return [path.stat().st_size for path in folder.iterdir()]


def test_a_file_comes_whole_and_how_far_it_is_is_reported(server: FileServer, tmp_path: Path) -> None:
    """Progress rises to the whole, which is known from the start."""
    reports: list[tuple[int, int | None]] = []
    part = fetch(Remote(server.address, SHA256), tmp_path, lambda here, total: reports.append((here, total)))
    assert part.read_bytes() == CONTENT
    assert [here for here, _ in reports] == sorted(here for here, _ in reports)
    assert reports[-1] == (len(CONTENT), len(CONTENT))


@pytest.mark.parametrize("stalls", [False, True], ids=["breaks off", "stalls"])
def test_what_breaks_off_is_gone_on_with(server: FileServer, tmp_path: Path, *, stalls: bool) -> None:
    """A transfer that ends early is an error; the next one asks for the rest only."""
    server.after, server.stalls = 120_000, stalls
    refused(server, tmp_path, "nothing has come for 0.5 s" if stalls else "broke off after 120000 of 300000 bytes")
    assert parts(tmp_path) == [120_000]
    server.after, server.stalls = None, False
    assert fetched(server, tmp_path) == CONTENT
    assert server.asked == ["", "bytes=120000-"]


def test_a_server_that_cannot_resume_sends_all_again(server: FileServer, tmp_path: Path) -> None:
    """A server that ignores the range asked for does not lead to a file with two beginnings."""
    server.after, server.ranges = 120_000, False
    refused(server, tmp_path, "broke off")
    server.after = None
    assert fetched(server, tmp_path) == CONTENT


def test_a_whole_part_is_not_fetched_again(server: FileServer, tmp_path: Path) -> None:
    """Ended between the download and its use, the next attempt needs no network."""
    fetched(server, tmp_path)
    assert fetched(server, tmp_path) == CONTENT
    assert server.asked == [""]


def test_wrong_bytes_are_found_out_and_thrown_away(server: FileServer, tmp_path: Path) -> None:
    """A server that sends other bytes is found out by the checksum, and nothing is left to resume."""
    server.content = CONTENT[:-1] + b"?"
    refused(server, tmp_path, f"sends another file: its sha256 is [0-9a-f]{{64}}, not {SHA256}")
    assert parts(tmp_path) == []


def test_a_part_of_another_file_is_found_out(server: FileServer, tmp_path: Path) -> None:
    """A file that changes on the server between two attempts is refused once, and then fetched from scratch."""
    server.content, server.after = CONTENT[::-1], 120_000
    refused(server, tmp_path, "broke off")
    server.content, server.after = CONTENT, None
    refused(server, tmp_path, "sends another file")
    assert fetched(server, tmp_path) == CONTENT


def test_a_part_that_is_longer_than_the_file_starts_from_scratch(server: FileServer, tmp_path: Path) -> None:
    """A range that lies beyond the file's end does not keep the file from ever being fetched."""
    server.content, server.claims = CONTENT * 2, 900_000
    refused(server, tmp_path, "broke off after 600000 of 900000")
    server.content, server.claims = CONTENT, None
    assert fetched(server, tmp_path) == CONTENT
    assert server.asked == ["", "bytes=600000-", ""]


def test_another_part_than_was_asked_for_is_refused(server: FileServer, tmp_path: Path) -> None:
    """A server that mistakes the range is found out before anything is appended."""
    server.after = 120_000
    refused(server, tmp_path, "broke off")
    server.after, server.shifted = None, 5
    refused(server, tmp_path, "another part of the file")
    server.shifted = 0
    assert fetched(server, tmp_path) == CONTENT


@pytest.mark.parametrize("status", [404, 500, 503])
def test_what_the_server_says_is_reported(server: FileServer, tmp_path: Path, status: int) -> None:
    """A missing file, or a server in trouble, is named by its status."""
    server.status = status
    refused(server, tmp_path, f"the server answers {status}, ")


def test_redirections_are_followed(server: FileServer, tmp_path: Path) -> None:
    """A file may have moved."""
    with serving(b"") as old:
        old.status, old.location = 302, server.address
        assert fetched(old, tmp_path) == CONTENT


@pytest.mark.parametrize("location", ["http://example.com/x", "ftp://127.0.0.1/x", "file:///etc/hostname"])
def test_redirections_to_what_nothing_vouches_for_are_not(server: FileServer, tmp_path: Path, location: str) -> None:
    """Without a checksum a redirection may not lead to http:// elsewhere, nor anywhere but http."""
    server.status, server.location = 302, location
    with pytest.raises(DownloadError):
        fetched(server, tmp_path, None)
    assert parts(tmp_path) == []


def test_going_round_in_circles_ends(server: FileServer, tmp_path: Path) -> None:
    """A redirection to itself is one line."""
    server.status, server.location = 302, server.address
    refused(server, tmp_path, "the server answers 302")


def test_size_is_bounded(server: FileServer, tmp_path: Path) -> None:
    """A file larger than any model is refused, even where the server does not say its size; nothing of it is kept."""
    server.content, server.says_length = bytes(MOST_BYTES + 1), False
    refused(server, tmp_path, "too large: at most 64 MiB")
    assert parts(tmp_path) == []


def test_a_length_beyond_all_bounds_is_refused_at_once(server: FileServer, tmp_path: Path) -> None:
    """Nothing is fetched of what is too large."""
    server.claims, server.stalls = MOST_BYTES + 1, True
    refused(server, tmp_path, "too large: at most 64 MiB")


def test_without_a_checksum_nothing_is_pieced_together(server: FileServer, tmp_path: Path) -> None:
    """If nothing would show that two parts belong together, the second attempt starts from scratch."""
    server.after = 120_000
    refused(server, tmp_path, "broke off", None)
    server.after = None
    assert fetched(server, tmp_path, None) == CONTENT
    assert server.asked == ["", ""]


def test_no_network_is_one_line(tmp_path: Path) -> None:
    """If no server listens, the error says so."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/x"
        with pytest.raises(DownloadError, match="x: Connection refused"):
            fetch(Remote(address, SHA256), tmp_path, lambda here, total: None)


def test_silence_is_one_line(tmp_path: Path) -> None:
    """A machine that takes the connection and says nothing is given up."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/x"
        with pytest.raises(DownloadError, match=r"nothing has come for 0\.1 s"):
            fetch(Remote(address, SHA256), tmp_path, lambda here, total: None, stall_s=0.1)


@contextmanager
def answering(answer: Callable[[socket.socket], object]) -> Iterator[int]:
    """Take one connection in a thread, on the port given."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=lambda: answer(listening.accept()[0]))
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_who_speaks_no_http_is_one_line(tmp_path: Path) -> None:
    """So is something else that listens there."""

    def greet(connection: socket.socket) -> None:
        with connection:
            connection.sendall(b"220 ready\r\n")

    with answering(greet) as port, pytest.raises(DownloadError, match="220 ready"):
        fetch(Remote(f"http://127.0.0.1:{port}/x", SHA256), tmp_path, lambda here, total: None)


@pytest.mark.parametrize(
    "url", ["ftp://example.com/x", "file:///etc/hostname", "https://", "http://example.com/x", "http://[::1/x"]
)
def test_addresses_that_nothing_vouches_for_are_refused(url: str) -> None:
    """Without a checksum only https:// and this machine will do; other schemes never."""
    with pytest.raises(DownloadError):
        Remote(url)


@pytest.mark.parametrize(
    "url", ["https://example.com/x", "http://127.0.0.1:1/x", "http://[::1]/x", "http://localhost/"]
)
def test_addresses_that_will_do(url: str) -> None:
    """TLS vouches, and so does being on this machine."""
    assert Remote(url).url == url


def test_a_checksum_vouches_for_any_way() -> None:
    """A checksum makes http:// as good as https://."""
    assert Remote("http://example.com/x", SHA256).sha256 == SHA256


@pytest.mark.skipif(which("openssl") is None, reason="openssl is not installed")
def test_a_certificate_without_a_signature_is_refused(tmp_path: Path) -> None:
    """https:// is verified, with or without a checksum."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    subprocess.run([*request, "-keyout", key, "-out", certificate], capture_output=True, check=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def shake_hands(connection: socket.socket) -> None:
        with pytest.raises(ssl.SSLError, match="alert"):
            context.wrap_socket(connection, server_side=True)
        connection.close()

    with answering(shake_hands) as port, pytest.raises(DownloadError, match="certificate verify failed"):
        fetch(Remote(f"https://localhost:{port}/x", SHA256), tmp_path, lambda here, total: None)


@contextmanager
def dripping(beginning: bytes) -> Iterator[str]:
    """Serve an answer that begins so, and then a byte every 50 ms indefinitely; return its address."""
    done = threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(beginning)
            while not done.wait(0.05):
                connection.sendall(b"x")

    def run() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=drip, args=(listening.accept()[0],)).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=run, daemon=True).start()
        try:
            yield f"//127.0.0.1:{listening.getsockname()[1]}/model.tflite"
        finally:
            done.set()
            listening.shutdown(socket.SHUT_RDWR)


BEGINNINGS = {
    "before the answer": b"",
    "in the header": b"HTTP/1.1 200 OK\r\nX-Odd: ",
    "in the body": b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
    "in a chunk's length": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
}


@pytest.mark.parametrize(
    ("scheme", "beginning"),
    [*(("http", beginning) for beginning in BEGINNINGS.values()), ("https", b"\x16\x03\x03\x40\x00")],
    ids=[*BEGINNINGS, "in TLS's handshake"],
)
def test_a_byte_now_and_then_does_not_go_on_for_ever(tmp_path: Path, scheme: str, beginning: bytes) -> None:
    """Wherever a server drips, the transfer ends when its time is over: the store is locked meanwhile."""
    with dripping(beginning) as address, pytest.raises(DownloadError, match="too slow") as caught:
        fetch(Remote(f"{scheme}:{address}", SHA256), tmp_path, lambda here, total: None, stall_s=5, longest_s=0.4)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (b"9" * 5000, "too large"),
        (b"9" * 20, "too large"),
        (b"-1", "sends another file"),
        ("١٢".encode(), "sends another file"),
        (b"0x10", "sends another file"),
    ],
)
def test_an_odd_length_is_one_line(tmp_path: Path, length: bytes, words: str) -> None:
    """Lengths of thousands of digits, below nought, or in another script's digits."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\nConnection: close\r\n\r\nabc"

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        remote = Remote(f"http://127.0.0.1:{listening.getsockname()[1]}/x", SHA256)
        with pytest.raises(DownloadError, match=words):
            fetch(remote, tmp_path, lambda here, total: None, stall_s=2)
        thread.join()
