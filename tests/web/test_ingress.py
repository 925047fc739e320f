"""The live view behind Home Assistant's ingress: under a prefix, inside another page, for who is logged in there."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from browser import complaints, foreign, opened_browser
from ingress import PREFIX, ingress
from observed import LABELS, observed
from ports import free_port
from serving import Client

from haredge.config.schema import ViewConfig
from haredge.web.files import FOLDER
from haredge.web.view import start_view

TOKEN = "0123456789abcdef0123456789abcdef"
PROXY = "127.0.0.3"
"""In place of 172.30.32.2: the address that the ingress connects from."""


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Serve the live view as the daemon does, fed fifteen times a second; only who comes from PROXY needs no token."""
    token_file: Path = tmp_path_factory.mktemp("ingress") / "token"
    token_file.write_text(TOKEN)
    settings = ViewConfig.model_validate(
        {"enabled": True, "host": "0.0.0.0", "port": free_port(), "token_file": token_file, "trusted_proxy": PROXY}
    )
    ended = threading.Event()
    with start_view(settings, LABELS, lambda: {"fps": 15.0}) as live:

        def feed() -> None:
            for n in count():
                live.emit(observed(n / 15, LABELS[n // 30 % 3], since=n // 30 * 2.0))
                if ended.wait(1 / 15):
                    return

        feeding = threading.Thread(target=feed)
        feeding.start()
        try:
            yield Client(settings.port)
        finally:
            ended.set()
            feeding.join()


@pytest.fixture(scope="module")
def home(view: Client) -> Iterator[Client]:
    """Serve the proxy in front of it."""
    with ingress(view.port, PROXY) as client:
        yield client


def test_who_comes_by_the_proxy_needs_no_token(home: Client, view: Client) -> None:
    """Under whatever name Home Assistant is reached; and the page does not offer to log out of what it is not in."""
    for host in (home.host, "homeassistant.local:8123", "my.home.example"):
        answer = home.get(f"{PREFIX}/", Host=host)
        assert (answer.status, "haredge" in answer.text) == (200, True)
    assert home.get(f"{PREFIX}/api/setup").json["locked"] is False
    assert view.get("/api/setup", Authorization=f"Bearer {TOKEN}").json["locked"] is True


@pytest.mark.parametrize("said", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Ingress-Path", "X-Remote-User-Id"])
def test_all_others_need_the_token(view: Client, said: str) -> None:
    """From this machine or another one, whatever their request says of where it comes from."""
    for client in (view, view.from_address("127.0.0.4")):
        for value in (PROXY, f"for={PROXY}", PREFIX):
            assert client.get("/api/setup", **{said.replace("-", "_"): value}).status == 401
        assert client.get("/", Host="homeassistant.local:8123").status == 421
        assert client.get("/api/setup", Authorization=f"Bearer {TOKEN}").status == 200


def test_home_assistant_alone_shows_the_page_inside_its_own(home: Client, view: Client) -> None:
    """From the same origin; the answers to others stay outside of every frame."""
    by_proxy, directly = home.get(f"{PREFIX}/").headers, view.get("/login").headers
    assert "frame-ancestors 'self'" in by_proxy["content-security-policy"]
    assert by_proxy["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'none'" in directly["content-security-policy"]
    assert directly["x-frame-options"] == "DENY"


def test_another_site_gets_nothing_by_the_proxy(home: Client) -> None:
    """The browser of who is logged in to Home Assistant may visit others, too."""
    assert home.get(f"{PREFIX}/api/setup", sec_fetch_site="cross-site", sec_fetch_mode="cors").status == 403
    assert home.ask("POST", f"{PREFIX}/logout", b"", Origin="https://evil.example").status == 403


def test_a_person_without_the_token_is_led_to_the_form_below_the_prefix(view: Client) -> None:
    """A proxy that is not trusted may serve the pages below a prefix as well: no address begins at the root."""
    navigation = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    led = {"/": "login", "/metrics": "login", "/api/setup": "../login", "/a%2Fb?c=/d/": "login"}
    for path, location in led.items():
        answer = view.get(path, **navigation)
        assert (answer.status, answer.headers["location"]) == (303, location)
    with ingress(view.port, "127.0.0.5") as other:
        form = f"token={TOKEN}".encode()
        answer = other.ask("POST", f"{PREFIX}/login", form, Content_Type="application/x-www-form-urlencoded")
    assert (answer.status, answer.headers["location"]) == (303, "./")


def test_events_come_through_one_by_one(home: Client) -> None:
    """As they happen, not when a buffer is full."""
    with home.stream(f"{PREFIX}/api/events") as response:
        data = (line.removeprefix(b"data: ") for line in iter(response.readline, b"") if line.strip())
        assert all("label" in json.loads(each) for each in islice(data, 8))


def test_no_page_names_an_address_that_begins_at_the_root(view: Client) -> None:
    """It would lead out of the prefix."""
    for path in FOLDER.iterdir():
        answer = view.get(f"/static/{path.name}")
        assert answer.status == 200
        assert not re.search(r"""(?:src|href|action|fetch|open|EventSource)(?:=|\()["'`]/""", answer.text)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_page_is_alive_inside_home_assistants(home: Client) -> None:
    """Text, time line and image change, in a frame, with what the proxy does to the streams."""
    with opened_browser() as browser:
        page = browser.new_page()
        said, asked = complaints(page), foreign(page, home.host)
        page.goto(home.url)
        frame = page.frame_locator("iframe")
        for label in LABELS:
            frame.locator("#activity", has_text=label).wait_for()
        frame.locator("#state", has_text="live").wait_for()
        frame.locator("#spans rect").nth(2).wait_for(state="attached")
        shown = frame.locator("#picture")
        first = shown.get_attribute("src")
        assert first is not None
        assert first.startswith("blob:")
        while shown.get_attribute("src") == first:
            page.wait_for_timeout(100)
        assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
        assert frame.locator("#leave").is_hidden()
        assert not asked
        assert not said
