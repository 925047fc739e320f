"""Who may see the pages."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from haredge.core.errors import ConfigError
from haredge.web.access import access_to

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    return path


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.9.1"])
def test_this_machine_needs_no_token(host: str) -> None:
    """Whoever can connect is on it."""
    assert access_to(host, (), None).token is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "raspberrypi", "example.org"])
def test_others_need_a_token(host: str, token_file: Path) -> None:
    """Without one nothing is served, and the message says how to make one and that TLS is one's own affair."""
    with pytest.raises(ConfigError, match=r"openssl rand -hex 16.*TLS"):
        access_to(host, (), None)
    assert access_to(host, (), token_file).token == TOKEN


def test_a_proxy_needs_a_token(token_file: Path) -> None:
    """It brings others to this machine's own address."""
    with pytest.raises(ConfigError, match=r"view\.example"):
        access_to("127.0.0.1", ("view.example",), None)
    assert access_to("127.0.0.1", ("View.Example",), token_file).knows_host("view.example:443")


@pytest.mark.parametrize(("text", "said"), [("short\n", "5 characters"), ("", "0 characters"), (None, "No such file")])
def test_a_weak_token_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    """Or one that cannot be read; the message does not repeat it."""
    path = tmp_path / "token"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigError, match=said) as caught:
        access_to("0.0.0.0", (), path)
    assert "short" not in str(caught.value)


def test_the_token_and_nothing_like_it(token_file: Path) -> None:
    """It is compared whole; the cookie is not the token, and the token is not the cookie."""
    access = access_to("0.0.0.0", (), token_file)
    assert access.is_token(TOKEN)
    assert not any(access.is_token(text) for text in ("", TOKEN[:-1], TOKEN + "0", TOKEN.upper(), access.cookie, "é"))
    assert access.is_cookie(access.cookie)
    assert not any(access.is_cookie(text) for text in ("", TOKEN, access.cookie[:-1], "é"))


def test_no_token_is_no_key() -> None:
    """Where there is none, nothing is taken for one."""
    access = access_to("127.0.0.1", (), None)
    assert not access.is_token("")
    assert not access.is_cookie(access.cookie)


def test_names_of_this_server(token_file: Path) -> None:
    """Its own names and addresses are known, another's are not: those of DNS rebinding."""
    here = access_to("127.0.0.1", (), None)
    assert all(here.knows_host(host) for host in ("localhost:8765", "127.0.0.1", "[::1]:8765", "LOCALHOST."))
    assert not any(here.knows_host(host) for host in ("evil.example", "localhost.evil.example:80", "", "10.0.0.3"))
    wide = access_to("0.0.0.0", (), token_file)
    assert all(wide.knows_host(host) for host in ("192.168.1.4:8765", f"{socket.gethostname().upper()}:8765"))
    assert not wide.knows_host("evil.example")
