"""What stands before every page, in a real server."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

pytest.importorskip("starlette")

import serving
from serving import Client
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from haredge.web.access import Access, access_to
from haredge.web.attempts import Attempts
from haredge.web.files import static_files
from haredge.web.guard import Guard
from haredge.web.login import Login

TOKEN = "0123456789abcdef0123456789abcdef"
NAVIGATION = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}


def app(access: Access) -> Starlette:
    def secret(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("secret")

    attempts = Attempts(access)
    routes = [
        Route("/", secret, methods=["GET", "POST"]),
        Route("/healthz", lambda _request: PlainTextResponse("ok")),
        static_files(),
        *Login(access, attempts).routes(),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, access=access, attempts=attempts)])


@pytest.fixture(scope="module")
def free() -> Iterator[Client]:
    """Give a client of a server without a token."""
    with serving.served(lambda _stop: app(access_to("127.0.0.1", (), None))) as client:
        yield client


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Give a client of a server with a token, as behind a proxy."""
    token_file: Path = tmp_path_factory.mktemp("token") / "token"
    token_file.write_text(TOKEN)
    with serving.served(lambda _stop: app(access_to("127.0.0.1", ("view.example",), token_file))) as client:
        yield client


def test_every_answer_makes_browsers_strict(free: Client) -> None:
    """No script but this server's, no frame, no guessing of types; refusals too."""
    for answer in (free.get("/"), free.get("/static/style.css"), free.get("/", Host="evil.example")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in answer.headers


def test_a_rebound_name_gets_nothing(free: Client) -> None:
    """A page of evil.example whose name suddenly leads here is refused before anything else."""
    answer = free.get("/", Host="evil.example")
    assert answer.status == 421
    assert "view.hosts" in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/", "/secret", "/metrics"])
@pytest.mark.parametrize("host", ["127.0.0.1:/login?", "127.0.0.1:1/healthz?", "localhost:/static/?", "[::1]:/login#"])
def test_a_host_that_looks_like_an_open_page_opens_none(locked: Client, host: str, path: str) -> None:
    """The path that is asked for counts, and not one that the Host header pretends."""
    answer = locked.get(path, Host=host)
    assert answer.status == 421
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "//login",
        "/login/",
        "/login/..",
        "/x/../login",
        "http://127.0.0.1/login",
        "/login;x",
        "/LOGIN",
        "/healthz%00",
        "/static",
    ],
)
def test_only_the_open_pages_themselves_are_open(locked: Client, target: str) -> None:
    """Nothing that merely resembles their paths."""
    assert locked.get(target).status == 401


@pytest.mark.parametrize("target", ["/static/../", "/static/%2e%2e/guard.py", "/static/..%2fguard.py", "/static/%00"])
def test_open_files_are_those_of_the_pages(locked: Client, target: str) -> None:
    """No way leads out of their folder."""
    assert locked.get(target).status == 404


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: loc\xe4lhost\r\n\r\n",
    ],
)
def test_a_request_names_its_server_once(free: Client, request_: bytes) -> None:
    """None, two, or one that is not ASCII: nothing is shown."""
    answer = free.send_raw(request_)
    assert re.match(rb"HTTP/1.1 (400|421) ", answer)
    assert b"secret" not in answer


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://[::1"},
        {"Origin": "http://[x]"},
        {"Origin": "http://a]b"},
        {"Origin": "//["},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"},
        {"sec_fetch_site": "same-site", "sec_fetch_mode": "cors", "sec_fetch_dest": "empty"},
    ],
)
def test_other_sites_get_nothing(free: Client, headers: dict[str, str]) -> None:
    """Neither by script, nor as an image, nor in a frame."""
    for method in ("GET", "POST"):
        answer = free.ask(method, "/", None, **headers)
        assert answer.status == 403
        assert "secret" not in answer.text


def test_a_link_from_elsewhere_is_followed(free: Client) -> None:
    """But a form that is sent from elsewhere is refused."""
    assert free.get("/", sec_fetch_site="cross-site", **NAVIGATION).text == "secret"
    assert free.ask("POST", "/", b"", sec_fetch_site="cross-site", **NAVIGATION).status == 403


def test_behind_tls_a_page_that_came_without_is_another_site(locked: Client) -> None:
    """In between, anyone could have changed it."""
    asked = {"Host": "view.example", "X_Forwarded_Proto": "https", "Authorization": f"Bearer {TOKEN}"}
    assert locked.get("/", Origin="https://view.example", **asked).text == "secret"
    assert locked.get("/", Origin="http://view.example", **asked).status == 403


def test_only_a_proxy_on_this_machine_is_believed(locked: Client) -> None:
    """A viewer elsewhere cannot say that it came over https, nor from another address."""
    asked = {"X_Forwarded_Proto": "https", "Host": "view.example"}
    answer = locked.from_address("127.0.0.2").ask("POST", "/login", f"token={TOKEN}".encode(), **asked)
    assert "Secure" not in answer.headers["set-cookie"]


def test_own_pages_and_programs_are_answered(free: Client) -> None:
    """A script of this server's page; curl, which says nothing of where it comes from."""
    assert free.ask("POST", "/", b"", Origin=f"http://{free.host}", sec_fetch_site="same-origin").text == "secret"
    assert free.get("/").text == "secret"


def test_without_the_token_nothing_is_shown(locked: Client) -> None:
    """A person is asked for it; a program gets 401. What shows nothing of the room stays open."""
    program = locked.get("/")
    assert (program.status, program.headers["www-authenticate"]) == (401, "Bearer")
    person = locked.get("/", **NAVIGATION)
    assert (person.status, person.headers["location"]) == (303, "login")
    assert locked.get("/login").status == locked.get("/healthz").status == locked.get("/static/style.css").status == 200
    assert locked.get("/static/../").status != 200
    assert locked.get("/healthz/more").status == 401


@pytest.mark.parametrize("given", ["Bearer wrong", f"Basic {TOKEN}", "Bearer", TOKEN, f"Bearer {TOKEN}x"])
def test_a_wrong_token_is_refused(locked: Client, given: str) -> None:
    """However it is put."""
    assert stranger(locked).get("/", Authorization=given).status == 401


def test_programs_give_the_token_with_each_request(locked: Client) -> None:
    """As Prometheus does."""
    assert locked.get("/", Authorization=f"Bearer {TOKEN}").text == "secret"


ADDRESSES = count(2)


def stranger(client: Client) -> Client:
    """Return a client that has not tried any token yet."""
    return client.from_address(f"127.0.1.{next(ADDRESSES)}")


def login(client: Client, body: bytes) -> serving.Answer:
    return client.ask("POST", "/login", body, Content_Type="application/x-www-form-urlencoded")


def test_people_give_the_token_once(locked: Client) -> None:
    """A cookie that scripts cannot read and that other sites' requests do not carry remembers it."""
    answer = login(locked, f"token={TOKEN}".encode())
    assert (answer.status, answer.headers["location"]) == (303, "./")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert TOKEN not in cookie
    shown = cookie.split(";")[0]
    assert locked.get("/", Cookie=shown).text == "secret"
    assert locked.get("/", Cookie=shown[:-1] + ("0" if shown[-1] != "0" else "1")).status == 401


def test_behind_tls_the_cookie_stays_there(locked: Client) -> None:
    """A proxy on this machine says that it was reached over https."""
    answer = locked.ask("POST", "/login", f"token={TOKEN}".encode(), X_Forwarded_Proto="https", Host="view.example")
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("body", [b"token=wrong", b"", b"token=", b"\xff\xfe", b"token=" + b"x" * 10_000])
def test_a_wrong_login_is_told(locked: Client, body: bytes) -> None:
    """And no cookie is given."""
    answer = login(stranger(locked), body)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers
    assert "That is not the token" in answer.text


def test_leaving_takes_the_cookie_back(locked: Client) -> None:
    """And only this server's own pages can make one leave."""
    answer = locked.ask("POST", "/logout", b"", Authorization=f"Bearer {TOKEN}")
    assert re.match('haredge-[0-9a-f]{8}="";', answer.headers["set-cookie"])
    assert locked.ask("POST", "/logout", b"", Origin="https://evil.example").status == 403


def test_who_is_logged_out_already_can_leave(locked: Client) -> None:
    """A page whose cookie no longer holds leads to the login, and not to an answer for programs."""
    answer = locked.ask("POST", "/logout", b"")
    assert (answer.status, answer.headers["location"]) == (303, "login")


@pytest.mark.parametrize("way", ["login", "bearer"])
def test_many_wrong_tokens_are_put_off(locked: Client, way: str) -> None:
    """At once and unjudged, in the form as from a program; another address, or one with the cookie, notices nothing."""
    guesser = stranger(locked)

    def guess(token: str) -> serving.Answer:
        if way == "login":
            return login(guesser, f"token={token}".encode())
        return guesser.get("/", Authorization=f"Bearer {token}")

    shown = login(locked, f"token={TOKEN}".encode()).headers["set-cookie"].split(";")[0]
    answers = [guess(f"wrong{n}") for n in range(30)]
    assert [answer.status for answer in answers[:5]] == [403 if way == "login" else 401] * 5
    assert sum(answer.status == 429 for answer in answers) >= 15
    put_off = guess(TOKEN)
    assert (put_off.status, put_off.headers["retry-after"]) == (429, "1")
    kind = put_off.headers["content-type"].partition(";")[0]
    assert kind == ("text/html" if way == "login" else "application/json")  # a person is shown a page
    assert locked.get("/", Authorization=f"Bearer {TOKEN}").text == "secret"
    assert guesser.get("/", Cookie=shown).text == "secret"
    assert guesser.get("/healthz").status == 200


def test_a_login_that_breaks_off_is_no_error(locked: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Nor a line in the log, which any stranger could write."""
    answer = locked.send_raw(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 30\r\n\r\ntoken=")
    assert answer == b""
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]
