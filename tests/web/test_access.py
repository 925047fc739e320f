"""Who may see the pages."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    """Anyone who can connect is on it."""
    assert access_to(host, (), None).token is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "raspberrypi", "example.org"])
def test_others_need_a_token(host: str, token_file: Path) -> None:
    """Without one nothing is served, and the message says how to make one and that TLS is left to a proxy."""
    with pytest.raises(ConfigError, match=r"openssl rand -hex 16.*TLS"):
        access_to(host, (), None)
    assert access_to(host, (), token_file).token == TOKEN


def test_a_proxy_needs_a_token(token_file: Path) -> None:
    """It brings others to this machine's own address."""
    with pytest.raises(ConfigError, match=r"view\.example"):
        access_to("127.0.0.1", ("view.example",), None)
    assert access_to("127.0.0.1", ("View.Example",), token_file).knows_host("view.example:443")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("short\n", "5 characters"),
        ("", "0 characters"),
        (None, "No such file"),
        ("sixteen letters short", "blanks"),
        ("seventeen-letters-ü", "not ASCII"),
    ],
)
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
    cookie = access.cookie(expires_s=1000)
    assert not any(access.is_token(text) for text in ("", TOKEN[:-1], TOKEN + "0", TOKEN.upper(), cookie, "é"))
    assert access.is_cookie(cookie, now_s=999)
    wrong = (
        "",
        ".",
        TOKEN,
        cookie[:-1],
        "é",
        "9" + cookie,
        cookie.replace("1000.", "2000."),
        f"é.{cookie}",
        "9" * 5000,
    )
    assert not any(access.is_cookie(text, now_s=999) for text in wrong)


def test_a_cookie_expires(token_file: Path) -> None:
    """On the server as in the browser: one that was copied does not open the pages permanently."""
    access = access_to("0.0.0.0", (), token_file)
    assert [access.is_cookie(access.cookie(1000), now_s) for now_s in (999, 1000)] == [True, False]


def test_two_servers_of_one_host_have_cookies_of_their_own(tmp_path: Path, token_file: Path) -> None:
    """Browsers share cookies between ports: logging in to one must not log out of the other."""
    (tmp_path / "other").write_text(TOKEN[::-1])
    one, other = (access_to("127.0.0.1", (), path) for path in (token_file, tmp_path / "other"))
    assert one.cookie_name != other.cookie_name
    assert not other.is_cookie(one.cookie(1000), 0)


def test_no_token_is_no_key() -> None:
    """If there is no token, nothing is accepted as one."""
    access = access_to("127.0.0.1", (), None)
    assert not access.is_token("")
    assert not access.is_cookie(access.cookie(1000), now_s=0)


def test_names_of_this_server(token_file: Path) -> None:
    """Its own names and addresses are known, another's are not: those of DNS rebinding."""
    here = access_to("127.0.0.1", (), None)
    assert all(here.knows_host(host) for host in ("localhost:8765", "127.0.0.1", "[::1]:8765", "LOCALHOST."))
    assert not any(here.knows_host(host) for host in ("evil.example", "localhost.evil.example:80", "", "10.0.0.3"))
    wide = access_to("0.0.0.0", (), token_file)
    assert all(wide.knows_host(host) for host in ("192.168.1.4:8765", f"{socket.gethostname().upper()}:8765"))
    assert not wide.knows_host("evil.example")


def test_who_comes_from_the_trusted_proxy_need_not_give_the_token(token_file: Path) -> None:
    """From exactly that address; where none is trusted all give it, and without a token no one does."""
    access = access_to("0.0.0.0", (), token_file, ipaddress.ip_address("172.30.32.2"))
    assert not access.asks("172.30.32.2")
    for other in ("172.30.32.20", "127.0.0.1", "::ffff:172.30.32.2", "", "unix:", "172.30.32.2:80"):
        assert access.asks(other)
    assert access_to("0.0.0.0", (), token_file).asks("172.30.32.2")
    assert not access_to("127.0.0.1", (), None).asks("127.0.0.1")


def test_a_trusted_proxy_alone_does_not_open_the_pages_to_others() -> None:
    """All who can connect would see them."""
    with pytest.raises(ConfigError, match="token_file"):
        access_to("0.0.0.0", (), None, ipaddress.ip_address("172.30.32.2"))


HOSTS_OF_NOBODY = (
    "127.0.0.1:/login?",
    "127.0.0.1:1/login?",
    "127.0.0.1:/login#",
    "localhost:/login?",
    "[::1]:/login?",
    "127.0.0.1:99x",
    "127.0.0.1:80:80",
    "127.0.0.1:",
    "127.0.0.1:123456",
    "127.0.0.1,evil.example",
    "user@127.0.0.1",
    "127.0.0.1\n",
    " 127.0.0.1",
    "\uff11\uff12\uff17.0.0.1",
    "127.0.0.1:\u0661",
    "[::1",
    "::1]",
    "[::1]]",
    "::1",
    "[",
    ".",
    "",
)


@pytest.mark.parametrize("host", HOSTS_OF_NOBODY)
def test_a_host_is_a_name_and_perhaps_a_port(host: str, token_file: Path) -> None:
    """Whatever else a Host header contains, it does not name this server."""
    assert not access_to("127.0.0.1", (), None).knows_host(host)
    assert not access_to("0.0.0.0", (), token_file).knows_host(host)


@given(st.text())
def test_no_text_is_taken_for_a_host_by_mistake(host: str) -> None:
    """What is known as a host has nothing in it that could end a host in an address."""
    if access_to("127.0.0.1", (), None).knows_host(host):
        assert not set(host) & set("/?#@\\, \t\r\n")
