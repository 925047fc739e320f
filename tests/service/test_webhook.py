"""Promises of haredge.service.webhook: events reach a web address, signed and in order, whatever it does meanwhile."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import socket
import sqlite3
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from certificates import authority, certificate
from deadline import wait_until
from observed import observed
from patient_server import PatientServer
from pydantic import ValidationError
from sink_contexts import sink_context

from haredge.config.schema import Config, WebhookSection
from haredge.core.clock import recorded_clock
from haredge.core.errors import ConfigError
from haredge.core.labels import NO_PERSON
from haredge.core.types import FallAlarm
from haredge.mqtt.fall_messages import FallReport
from haredge.mqtt.messages import Message
from haredge.mqtt.outbox import Outbox
from haredge.service.fall_record import FallRecord
from haredge.service.sink_context import Output, SinkContext
from haredge.service.webhook import WebhookSink, open_sink
from haredge.service.webhook_delivery import WebhookDelivery
from haredge.service.webhook_post import Post, PostError
from haredge.service.webhook_secret import secret

MODEL = Path(__file__).parents[2] / "models" / "everyday"
SECRET = b"0123456789abcdef"


class Receiver:
    """A web server that answers as a test wants."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.statuses: list[int] = []
        """Of the next answers; 200 when there are no more."""
        self.retry_after: str | None = None
        self.times: list[float] = []
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        receiver, self.silence = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.times.append(time.monotonic())
                receiver.heard.append((self.path, dict(self.headers), body))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                if status == 0:
                    receiver.silence.wait(60)
                    return
                self.send_response(status)
                if receiver.retry_after is not None:
                    self.send_header("Retry-After", receiver.retry_after)
                if 300 <= status < 400:
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = PatientServer(("127.0.0.1", 0), Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        scheme = "http" if certificate is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_port}/hook/path-secret?key=query-secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.silence.set()
        self.server.shutdown()
        self.server.server_close()

    def numbers(self) -> list[int]:
        """Return the numbers of the events that came, in order."""
        return [json.loads(body)["n"] for _, _, body in self.heard]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with closing(Receiver()) as receiver:
        yield receiver


def event(number: int) -> Message:
    return Message("haredge/kitchen/event", {"n": number}, qos=1)


@contextmanager
def delivering(url: str, outbox: Outbox, timeout_s: float = 5.0) -> Iterator[WebhookDelivery]:
    delivery = WebhookDelivery(Post(url, SECRET, timeout_s), outbox, retry_s=lambda _: 0.02)
    delivery.start()
    with closing(delivery):
        yield delivery


def test_an_event_is_signed(receiver: Receiver) -> None:
    """With its time, so that neither another body nor an old event passes for a new one."""
    Post(receiver.url, SECRET, 5.0)(b'{"n":1}')
    path, headers, body = receiver.heard[0]
    expected = hmac.new(SECRET, headers["X-Haredge-Time"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Haredge-Signature"] == f"sha256={expected}"
    assert (path, headers["Content-Type"]) == ("/hook/path-secret?key=query-secret", "application/json")


def test_events_come_in_order_whatever_the_address_answers(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """Errors are tried again; an event that is refused itself is left out; the log has neither path nor key."""
    receiver.statuses = [503, 401, 302, 200, 422, 429]
    outbox = Outbox()
    with delivering(receiver.url, outbox) as delivery:
        for number in range(3):
            delivery.put(event(number))
        wait_until(lambda: receiver.numbers() == [0, 0, 0, 0, 1, 2, 2], "all are there")
        wait_until(lambda: delivery.trouble == "", "it is well")
    assert (len(outbox), outbox.dropped) == (0, 1)
    assert "redirection" in caplog.text
    assert not {"hook/", "path-secret", "query-secret"} & set(
        re.findall(r"hook/|path-secret|query-secret", caplog.text)
    )


def test_what_does_not_arrive_waits_for_the_next_start(receiver: Receiver, tmp_path: Path) -> None:
    """While the address is away events are in a file; while it answers nothing is written."""
    file = tmp_path / "webhook.sqlite"
    with delivering(receiver.url, Outbox(file)) as delivery:
        delivery.put(event(0))
        wait_until(lambda: receiver.numbers() == [0], "it is there")
    assert not file.exists()
    receiver.statuses = [500] * 10_000
    with delivering(receiver.url, Outbox(file)) as delivery:
        delivery.put(event(1))
        delivery.put(event(2))
        wait_until(lambda: "answers 500" in delivery.trouble, "it is in trouble")
    receiver.statuses = []
    receiver.heard.clear()
    with delivering(receiver.url, Outbox(file)):
        wait_until(lambda: receiver.numbers() == [1, 2], "both are there")


def test_an_address_that_says_nothing_holds_nothing_up(receiver: Receiver, tmp_path: Path) -> None:
    """An attempt has a time limit, and haredge ends all the same; the event is kept."""
    receiver.statuses = [0]
    with delivering(receiver.url, Outbox(tmp_path / "webhook.sqlite"), timeout_s=0.2) as delivery:
        delivery.put(event(0))
        wait_until(lambda: len(receiver.heard) == 2, "it is tried again")
    receiver.statuses = [0]
    delivery = WebhookDelivery(Post(receiver.url, None, 60.0), Outbox(tmp_path / "kept.sqlite"), close_s=0.2)
    delivery.start()
    delivery.put(event(1))
    wait_until(lambda: len(receiver.heard) == 3, "it waits for an answer")
    delivery.close()
    wait_until(lambda: len(Outbox(tmp_path / "kept.sqlite")) == 1, "the event is kept")


@pytest.mark.parametrize(
    ("asked", "after_s"),
    [("7", 7.0), ("99999999", 600.0), (None, 0.0), ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0), ("-1", 0.0), ("²", 0.0)],
)
def test_an_address_says_when_to_come_again(receiver: Receiver, asked: str | None, after_s: float) -> None:
    """In seconds, and minutes at most: a word of a fall is not held back for hours."""
    receiver.statuses, receiver.retry_after = [429], asked
    with pytest.raises(PostError) as error:
        Post(receiver.url, SECRET, 5.0)(b'{"n": 1}')
    assert error.value.after_s == after_s


def test_an_address_is_not_tried_again_before_it_asks_for_it(receiver: Receiver) -> None:
    """One that limits rates would go on refusing."""
    receiver.statuses, receiver.retry_after = [429], "1"
    with delivering(receiver.url, Outbox()) as delivery:
        delivery.put(event(0))
        wait_until(lambda: receiver.numbers() == [0, 0], "it is tried again")
    assert receiver.times[1] - receiver.times[0] >= 1.0


class _Broken(Post):
    """Fails as a bug would, twice."""

    failures = 2

    def __call__(self, body: bytes) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("a bug")
        super().__call__(body)


def test_what_comes_while_many_wait_is_in_the_file_too(tmp_path: Path) -> None:
    """An address that has come back takes thousands one after the other: a power cut meanwhile loses none."""
    file = tmp_path / "webhook.sqlite"
    in_file: list[int] = []
    before = Outbox(file)
    for number in range(3):
        before.put(event(number))
    before.close()

    class Busy(Post):
        def __call__(self, body: bytes) -> None:
            if json.loads(body)["n"] == 0:
                delivery.put(event(9))
            in_file.append(len(Outbox(file)))

    delivery = WebhookDelivery(Busy("http://127.0.0.1:9/", SECRET, 5.0), Outbox(file), keep_after_s=0.0)
    delivery.start()
    with closing(delivery):
        wait_until(lambda: len(in_file) == 4, "all are there")
    assert in_file[1] == 4  # what was delivered is deleted later


def test_a_file_that_is_locked_is_read_later(receiver: Receiver, tmp_path: Path) -> None:
    """As a backup does: what waits in it arrives once it is free, without a restart and without another event."""
    file = tmp_path / "webhook.sqlite"
    before = Outbox(file)
    before.put(event(0))
    before.close()
    with closing(sqlite3.connect(file)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        with delivering(receiver.url, Outbox(file)):
            lock.rollback()
            wait_until(lambda: receiver.numbers() == [0], "it is there")


def test_a_bug_does_not_end_delivery(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged whole, once, and as trouble while it lasts; the event is tried again."""
    delivery = WebhookDelivery(_Broken(receiver.url, None, 5.0), Outbox(), retry_s=lambda _: 0.02)
    delivery.start()
    with closing(delivery):
        delivery.put(event(0))
        wait_until(lambda: receiver.numbers() == [0], "it is there")
        wait_until(lambda: delivery.trouble == "", "it is well")
    assert [record.exc_info is not None for record in caplog.records if record.levelname == "ERROR"] == [True]
    assert "takes no events: an error in haredge" in caplog.text


@pytest.mark.parametrize("host", ["hooks..example.org", "a" * 64 + ".org", "-.", "[::g]", "300.1.2.3"])
def test_a_host_that_cannot_be_looked_up_is_no_address(host: str) -> None:
    """It is found when the configuration is read, not when something happens."""
    with pytest.raises(ValidationError) as error:
        WebhookSection(url=f"https://{host}/secret")
    assert "secret" not in error.value.errors(include_url=False)[0]["msg"]


def context(url: str, **webhook: Any) -> SinkContext:
    config = Config.model_validate({"webhook": {"url": url, **webhook}, "mqtt": {"node": "kitchen"}})
    return sink_context(config=config, wall_clock=recorded_clock(0.0))


@pytest.mark.parametrize(
    ("send", "said"),
    [
        (["falls"], [("fall", "fall_possible"), ("fall", "fall_cleared")]),
        (["activities"], [("activity", "start"), ("activity", "end")]),
    ],
)
def test_events_are_those_of_mqtt(send: list[str], said: list[tuple[str, str]]) -> None:
    """Each with the node's name and its kind; only what the configuration asks for."""
    put: list[Any] = []
    closed: list[bool] = []
    sink = WebhookSink(
        context("http://127.0.0.1/", send=send),
        lambda message: put.append(message.payload),
        lambda: closed.append(True),
    )
    for t, state in ((1.0, "clear"), (2.0, "possible"), (3.0, "clear")):
        scene = observed(t, "squat" if t < 3 else NO_PERSON)
        alarm = FallAlarm(state, t)  # type: ignore[arg-type]
        sink.emit(type(scene)(scene.frame, scene.people, scene.activity, alarm))
    sink.close()
    assert [(each["kind"], each["event_type"]) for each in put] == said
    assert {each["node"] for each in put} == {"kitchen"}
    assert len({each["id"] for each in put}) == 1
    assert closed == [True]


def test_a_fall_that_is_acknowledged_without_a_frame_is_over_at_the_end() -> None:
    """As while the camera is away: no later process would post it."""
    report = FallReport("ab", "confirmed", 1e9, 1e9, 1, None, "low")
    asked = replace(context("http://127.0.0.1/"), fall_record=FallRecord(None, reported=[report]))
    put: list[Any] = []
    sink = WebhookSink(asked, lambda message: put.append(message.payload), lambda: None)
    asked.fall_record.acknowledgement.on_message(b"ACKNOWLEDGE")
    sink.close()
    assert [(each["event_type"], each["id"], each["why"]) for each in put] == [("fall_cleared", "ab", "acknowledged")]


def test_a_dry_run_posts_nothing() -> None:
    """Nor does a configuration without an address."""
    asked = context("http://127.0.0.1:9/")
    assert open_sink(replace(asked, output=Output(dry_run=True))) is None
    assert open_sink(replace(asked, config=Config())) is None


@pytest.mark.parametrize(("text", "why"), [("short\n", "5 characters"), (None, "cannot be read")])
def test_a_secret_that_cannot_be_used_is_reported(tmp_path: Path, text: str | None, why: str) -> None:
    """In one line, with the key; a secret that no one can guess is what a signature is worth."""
    file = tmp_path / "secret"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ConfigError, match=why):
        secret(WebhookSection(secret_file=file))
    file.write_text("0123456789abcdef\n")
    assert secret(WebhookSection(secret_file=file)) == SECRET


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("http://[2001:db8::5]/x", ("2001:db8::5", 80)),
        ("https://[2001:db8::5]/x", ("2001:db8::5", 443)),
        ("http://[::1]:8123/x", ("::1", 8123)),
        ("https://hooks.example/x", ("hooks.example", 443)),
    ],
)
def test_it_connects_to_the_address_that_is_named(
    url: str, there: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of an IPv6 address is no port."""
    asked: list[tuple[str, int]] = []

    def refuse(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        asked.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", refuse)
    post = Post(url, None, 1.0)
    with pytest.raises(PostError, match="Connection refused"):
        post(b"{}")
    assert asked == [there]
    assert post.where == url.removesuffix("/x")


@pytest.mark.parametrize(
    ("answer", "why"),
    [(b"", r"no answer within 0\.2 s"), (b"H", r"no answer within 0\.2 s"), (b"220 mail\r\n", "is not HTTP")],
)
def test_an_address_that_speaks_otherwise_is_reported_in_words(answer: bytes, why: str) -> None:
    """Silence, a byte that is followed by nothing, and another protocol's greeting."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            with server.accept()[0] as peer:
                peer.sendall(answer)
                over.wait(60)

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(PostError, match=why):
            Post(f"http://127.0.0.1:{server.getsockname()[1]}/", None, 0.2)(b"{}")
        over.set()


@pytest.mark.parametrize(
    ("names", "trusted", "why"),
    [
        ("IP:127.0.0.1", True, None),
        ("IP:127.0.0.1", False, "its certificate is not trusted: unable to get local issuer certificate"),
        ("DNS:elsewhere.example", True, "its certificate is not trusted: IP address mismatch"),
    ],
)
def test_a_certificate_is_verified(
    names: str, trusted: bool, why: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events go to who can prove to be the address, by an authority that the system trusts; else to no one."""
    house = authority(tmp_path, "house")
    monkeypatch.setenv("SSL_CERT_FILE", str(house if trusted else authority(tmp_path, "other")))
    with closing(Receiver(certificate(tmp_path, "hook", house, names))) as receiver:
        post = Post(receiver.url, SECRET, 5.0)
        if why is None:
            post(b'{"n": 1}')
            assert receiver.numbers() == [1]
        else:
            with pytest.raises(PostError, match=why):
                post(b'{"n": 1}')
            assert not receiver.heard
