"""Serving pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from ports import free_port

pytest.importorskip("starlette")

import serving
from observed import LABELS, observed
from serving import Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from haredge.config.schema import ViewConfig
from haredge.core.errors import ConfigError, WebError
from haredge.web.server import Server
from haredge.web.view import start_view


def app(_stop: Callable[[], bool]) -> ASGIApp:
    return Starlette(routes=[Route("/", lambda _request: PlainTextResponse("here"))])


def test_an_address_that_is_taken_is_told() -> None:
    """At once, before the daemon has begun; and it is free again once the server has ended."""
    first = Server(app, "127.0.0.1", 0)
    port = int(first.url.rstrip("/").rpartition(":")[2])
    with first.in_thread():
        assert Client(port).get("/").text == "here"
        with pytest.raises(WebError, match="in use"):
            Server(app, "127.0.0.1", port)
    with Server(app, "127.0.0.1", port).in_thread():
        assert Client(port).get("/").text == "here"


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "no..host"])
def test_an_address_that_is_not_this_machines_is_told(host: str) -> None:
    """In one line."""
    with pytest.raises(WebError, match=f"cannot listen on {host}"):
        Server(app, host, 0)


def test_an_error_in_a_page_stays_in_the_page(caplog: pytest.LogCaptureFixture) -> None:
    """It is in the log, not in the answer, and the server continues."""

    def broken(_request: object) -> PlainTextResponse:
        raise RuntimeError("a secret")

    routes = [Route("/broken", broken), Route("/", lambda _request: PlainTextResponse("here"))]
    with caplog.at_level(logging.ERROR), serving.served(lambda _stop: Starlette(routes=routes)) as client:
        answer = client.get("/broken")
        assert answer.status == 500
        assert "secret" not in answer.text
        assert client.get("/").text == "here"
    assert "a secret" in caplog.text


def test_an_address_of_ipv4_is_the_same_on_a_server_of_ipv6() -> None:
    """What a proxy on this machine says of the viewer is believed there, too, and another proxy can be trusted."""

    async def who(request: Request) -> PlainTextResponse:
        assert request.client
        return PlainTextResponse(f"{request.scope['scheme']} {request.client.host}")

    try:
        server = Server(lambda _stop: Starlette(routes=[Route("/", who)]), "::", 0)
    except WebError:
        pytest.skip("no IPv6 here")
    with server.in_thread():
        client = Client(int(server.url.rstrip("/").rpartition(":")[2]))
        assert client.from_address("127.0.0.2").get("/").text == "http 127.0.0.2"
        asked = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "https"}
        assert client.get("/", **asked).text == "https 203.0.113.9"


def test_the_daemon_is_given_a_sink() -> None:
    """What it emits is what viewers see; afterwards there is no answer any more."""
    port = free_port()
    with start_view(ViewConfig(enabled=True, port=port), LABELS, lambda: {"fps": 15.0}) as sink:
        sink.emit(observed(1.0, "squat"))
        with Client(port).events("/api/events") as events:
            assert next(events)["label"] == "squat"
    with pytest.raises(ConnectionRefusedError):
        Client(port).get("/")


def test_nothing_is_served_to_others_without_a_token() -> None:
    """The daemon refuses to start rather than show the room."""
    view = start_view(ViewConfig(enabled=True, host="0.0.0.0", port=free_port()), LABELS, dict)
    with pytest.raises(ConfigError, match="token_file"), view:
        pass


def test_the_log_does_not_tell_the_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Only that there is one."""
    (tmp_path / "token").write_text("0123456789abcdef0123456789abcdef")
    settings = ViewConfig(enabled=True, port=free_port(), token_file=tmp_path / "token")
    with caplog.at_level(logging.DEBUG), start_view(settings, LABELS, dict):
        Client(settings.port).get("/metrics", Authorization="Bearer 0123456789abcdef0123456789abcdef")
    assert "with a token" in caplog.text
    assert "0123456789abcdef" not in caplog.text
