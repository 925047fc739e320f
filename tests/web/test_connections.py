"""How many connections there may be, and how long each may be silent."""

from __future__ import annotations

import logging
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest

pytest.importorskip("starlette")

import serving
from serving import Client
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from haredge.web.access import access_to
from haredge.web.attempts import Attempts
from haredge.web.connections import CONNECTIONS, CONNECTIONS_EACH, HEALTH_CHECKS, network_of
from haredge.web.guard import Guard


def app(_stop: Callable[[], bool]) -> Starlette:
    async def early(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("answered", 422)

    routes = [
        Route("/", lambda _request: PlainTextResponse("here")),
        Route("/healthz", lambda _request: PlainTextResponse("ok")),
        Route("/early", early, methods=["POST"]),
    ]
    access = access_to("127.0.0.1", (), None)
    return Starlette(routes=routes, middleware=[Middleware(Guard, access=access, attempts=Attempts(access))])


@pytest.fixture
def client() -> Iterator[Client]:
    with serving.served(app) as client:
        yield client


@pytest.fixture
def hasty() -> Iterator[Client]:
    """Give a server that does not wait as long as usual."""
    with serving.served(app, header_s=0.3) as client:
        yield client


def ended_after_s(connection: socket.socket) -> float:
    """Return the time until the server disconnects."""
    began_s = time.monotonic()
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - began_s


def ended_while(connection: socket.socket, sent: bytes) -> bool:
    """Send byte after byte; return whether the server disconnects before the last."""
    connection.settimeout(0.05)
    try:
        for byte in sent:
            connection.sendall(bytes([byte]))
            with suppress(TimeoutError):
                if not connection.recv(65_536):
                    return True
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


def test_a_silent_connection_is_ended(hasty: Client) -> None:
    """A header must come in time, the first as the next."""
    whole = f"GET / HTTP/1.1\r\nHost: {hasty.host}\r\n\r\n".encode()
    for said in (b"", whole[:20], whole + whole[:20]):
        with hasty.open_raw() as connection:
            connection.sendall(said)
            assert ended_after_s(connection) < 20


def test_a_header_that_trickles_is_ended(hasty: Client) -> None:
    """It must be whole in time; a byte now and then is no sign of life."""
    with hasty.open_raw() as connection:
        assert ended_while(connection, f"GET / HTTP/1.1\r\nHost: {hasty.host}\r\nX: {'x' * 400}".encode())


def test_what_is_sent_after_the_answer_is_not_read_permanently(hasty: Client) -> None:
    """A body that trickles on, though it has been refused."""
    with hasty.open_raw() as connection:
        connection.sendall(f"POST /early HTTP/1.1\r\nHost: {hasty.host}\r\nContent-Length: 9999\r\n\r\n".encode())
        assert b" 422 " in connection.recv(65_536)
        assert ended_while(connection, b"x" * 400)


def test_connections_of_one_address_are_limited(client: Client) -> None:
    """One more is refused at once; others notice nothing."""
    stranger = client.from_address("127.0.0.2")
    with ExitStack() as stack:
        for _ in range(CONNECTIONS_EACH):
            stack.enter_context(stranger.open_raw())
        with stranger.open_raw() as refused:
            assert refused.recv(65_536).startswith(b"HTTP/1.1 429 ")
        assert client.get("/").text == "here"
    while stranger.get("/").status == 429:
        pass


def test_silent_connections_make_room(client: Client) -> None:
    """From any number of addresses: a request gets its answer at once."""
    with ExitStack() as stack:
        for n in range(2 * (CONNECTIONS + HEALTH_CHECKS)):
            stranger = client.from_address(f"127.0.2.{1 + n // CONNECTIONS_EACH}")
            stack.enter_context(stranger.open_raw())
        assert client.get("/").text == "here"
        assert client.get("/healthz").text == "ok"


def test_what_is_not_http_is_no_error(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """It gets 400, also in the middle of a body whose answer has been given, and no line of the log."""
    head = f"POST /early HTTP/1.1\r\nHost: {client.host}\r\nTransfer-Encoding: chunked\r\n\r\n"
    for said, status in (
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", 400),
        (f"{head}zz\r\n".encode(), 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\nHost: {client.host}\r\nContent-Length: {'9' * 5000}\r\n\r\n".encode(), 400),
    ):
        assert re.match(rb"HTTP/1.1 %d " % status, client.send_raw(said)), said
    with client.open_raw() as connection:
        connection.sendall(head.encode() + b"5\r\nhello\r\n")
        assert b" 422 " in connection.recv(65_536)
        connection.sendall(b"zz\r\n")
        ended_after_s(connection)
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.168.1.4", "192.168.1.4"),
        ("::ffff:192.168.1.4", "192.168.1.4"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::1", "::1"),
        ("unknown", "unknown"),
        ("x" * 10_000, "x" * 64),
        ("", ""),
    ],
)
def test_viewers_are_counted_by_address(address: str, network: str) -> None:
    """Of IPv6 a customer has 2**64; what a proxy passes on may be anything."""
    assert network_of(address) == network
