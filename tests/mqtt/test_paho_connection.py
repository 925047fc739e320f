"""Promises of haredge.mqtt.paho_connection: passwords, certificates and protocols, against a real mosquitto."""

from __future__ import annotations

import json
import logging
import re
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from brokers import Broker, Subscriber
from certificates import authority, certificate
from deadline import wait_until
from doors import Door
from mqtt_parts import (
    ACTIVITY,
    EVENT,
    HASTY,
    STATUS,
    Connect,
    event,
    ids,
    publisher,
)
from observed import observed
from ports import free_port

from haredge.config.schema import Tls
from haredge.core.errors import ConfigError
from haredge.mqtt.messages import Message


@pytest.fixture
def guarded(new_broker: Callable[..., Broker], tmp_path: Path) -> Broker:
    """Give a broker that wants a password, and lets kitchen write everything but events."""
    passwords, rights = tmp_path / "passwords", tmp_path / "rights"
    passwords.touch()
    for user in ("kitchen", "reader"):
        subprocess.run(["mosquitto_passwd", "-b", passwords, user, "sesame"], check=True)
    allowed = ["user kitchen", f"topic write {STATUS}", f"topic write {ACTIVITY}", "user reader", "topic readwrite #"]
    rights.write_text("\n".join(allowed) + "\n")
    return new_broker("allow_anonymous false", f"password_file {passwords}", f"acl_file {rights}")


def password_file(folder: Path, password: str) -> Path:
    path = folder / "password"
    path.write_text(password + "\n")
    return path


def test_the_right_password_opens(
    guarded: Broker, connect: Connect, listen: Callable[..., Subscriber], tmp_path: Path
) -> None:
    """User name from the configuration, password from a file's first line."""
    client = connect(guarded.port, username="kitchen", password_file=password_file(tmp_path, "sesame"))
    publisher(client).emit(observed(1.0))
    listen(guarded.port, username="reader", password="sesame").wait_for(STATUS, "online")


def refused(log: pytest.LogCaptureFixture, pattern: str) -> bool:
    """Return whether the log has one error, of that pattern."""
    errors = [record.getMessage() for record in log.records if record.levelno == logging.ERROR]
    wanted = rf"refuses the connection: .*{pattern}.*; trying again$"
    return len(errors) == 1 and bool(re.search(wanted, errors[0]))


@pytest.mark.parametrize("password", ["open it", None])
def test_a_wrong_password_is_reported_once_and_why(
    guarded: Broker, connect: Connect, tmp_path: Path, caplog: pytest.LogCaptureFixture, password: str | None
) -> None:
    """However often it is sent away: the message names the broker and the keys, and no secret is in the log."""
    caplog.set_level(logging.DEBUG)
    login = {"username": "kitchen", "password_file": password_file(tmp_path, password)} if password else {}
    client = connect(guarded.port, **login)
    wait_until(lambda: guarded.log().count("not authorised") > 3, "it has connected again")
    assert refused(caplog, r"[Nn]ot authorized; check mqtt\.username and mqtt\.password_file")
    assert f"127.0.0.1:{guarded.port} refuses" in client.state.trouble
    assert "open it" not in caplog.text + client.state.trouble


def test_once_the_password_is_fixed_it_is_let_in_and_nothing_is_missing(
    guarded: Broker, connect: Connect, listen: Callable[..., Subscriber], tmp_path: Path
) -> None:
    """Refused at the start, it tries again, and reads the password again each time."""
    client = connect(guarded.port, username="reader", password_file=password_file(tmp_path, "open it"))
    for number in range(3):
        client.send(event(number))
    reader = listen(guarded.port, username="reader", password="sesame")
    password_file(tmp_path, "sesame")
    reader.wait_for(EVENT, lambda payload: json.loads(payload)["id"] == "id2")
    assert ids(reader) == ["id0", "id1", "id2"]
    assert client.state.trouble == ""


def test_a_refused_event_is_reported_and_kept(
    guarded: Broker,
    connect: Connect,
    listen: Callable[..., Subscriber],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An ACL without the event topic is named in the log once; once it is fixed, nothing is missing."""
    client = connect(guarded.port, username="kitchen", password_file=password_file(tmp_path, "sesame"))
    for number in range(3):
        client.send(event(number))
    wait_until(lambda: "broker's access list (ACL)" in caplog.text, "the refusal is reported")
    reader = listen(guarded.port, username="reader", password="sesame")
    rights = tmp_path / "rights"
    rights.write_text(rights.read_text().replace(f"topic write {ACTIVITY}", "topic write haredge/kitchen/#"))
    assert guarded.process is not None
    guarded.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "Reloading config" in guarded.log(), "the new rights are read")
    client.send(event(3))
    reader.wait_for(EVENT, lambda payload: json.loads(payload)["id"] == "id3")
    assert ids(reader) == ["id0", "id1", "id2", "id3"]
    assert caplog.text.count("rejects a message") == 1


def test_what_is_to_be_retained_comes_once_the_access_list_is_fixed(
    guarded: Broker,
    connect: Connect,
    listen: Callable[..., Subscriber],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """On the same connection: the announcement to Home Assistant is sent once, and would be missed for good."""
    login = {"username": "kitchen", "password_file": password_file(tmp_path, "sesame")}
    client = connect(guarded.port, replace(HASTY, refused_event_s=0.2), **login)
    client.send(Message("homeassistant/device/haredge_kitchen/config", "{}", qos=1, retain=True))
    wait_until(lambda: "allow haredge to write homeassistant/device" in caplog.text, "the refusal is reported")
    rights = tmp_path / "rights"
    rights.write_text(rights.read_text().replace(f"topic write {ACTIVITY}", "topic write homeassistant/#"))
    assert guarded.process is not None
    guarded.process.send_signal(signal.SIGHUP)
    reader = listen(guarded.port, topic="#", username="reader", password="sesame")
    reader.wait_for("homeassistant/device/haredge_kitchen/config", "{}")
    assert caplog.text.count("rejects a message") == 1


def test_a_missing_password_file_is_an_error_of_the_configuration(tmp_path: Path, connect: Connect) -> None:
    """It names the key and the file, and is found before anything is connected to."""
    with pytest.raises(ConfigError, match=r"mqtt\.password_file = .*nowhere.*No such file"):
        connect(free_port(), username="kitchen", password_file=tmp_path / "nowhere")


@pytest.fixture
def house_ca(tmp_path: Path) -> Path:
    """Give the authority that the broker's certificate is signed by."""
    return authority(tmp_path, "house")


def tls_settings(folder: Path, cert: Path) -> tuple[str, ...]:
    return ("allow_anonymous true", f"certfile {cert}", f"keyfile {cert.with_suffix('.key')}")


@pytest.fixture
def tls_broker(new_broker: Callable[..., Broker], house_ca: Path, tmp_path: Path) -> Broker:
    """Give a broker that speaks TLS only, as 127.0.0.1."""
    return new_broker(*tls_settings(tmp_path, certificate(tmp_path, "broker", house_ca, "IP:127.0.0.1")))


def reported_online(broker: Broker) -> bool:
    return bool(re.search(rf"Received PUBLISH from haredge-kitchen \(d0, q1, r1, m\d+, '{STATUS}'", broker.log()))


def test_tls_with_the_right_authority(tls_broker: Broker, connect: Connect, house_ca: Path) -> None:
    """The connection stands, and messages go through it."""
    connect(tls_broker.port, tls=Tls(enabled=True, ca_file=house_ca))
    wait_until(lambda: reported_online(tls_broker), "the broker has the birth message")


@pytest.mark.parametrize("known", [True, False], ids=["a stranger", "the system's authorities"])
def test_tls_with_another_authority_is_refused(
    tls_broker: Broker, connect: Connect, tmp_path: Path, caplog: pytest.LogCaptureFixture, known: bool
) -> None:
    """Verification is on by default: a broker that the authority does not vouch for gets no password."""
    connect(tls_broker.port, tls=Tls(enabled=True, ca_file=authority(tmp_path, "stranger") if known else None))
    assert refused(caplog, r"TLS: .*(self-signed|issuer).*check mqtt\.tls")
    assert "Received CONNECT" not in tls_broker.log()


def test_tls_to_a_port_without_it_is_refused(
    broker: Broker, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """A broker that is there, and speaks plainly, is not reported as one that is away."""
    connect(broker.port, tls=Tls(enabled=True))
    assert refused(caplog, rf"(TLS.*does it speak TLS on port {broker.port}|TLS: )")


def test_tls_under_another_name_is_refused(
    new_broker: Callable[..., Broker],
    connect: Connect,
    house_ca: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A right signature for another host's name is a wrong certificate."""
    broker = new_broker(*tls_settings(tmp_path, certificate(tmp_path, "other", house_ca, "DNS:other.example")))
    connect(broker.port, tls=Tls(enabled=True, ca_file=house_ca))
    assert refused(caplog, r"TLS: .*mismatch.*127\.0\.0\.1")


def test_tls_unverified_only_when_asked_for(tls_broker: Broker, connect: Connect) -> None:
    """``insecure`` connects to any broker."""
    connect(tls_broker.port, tls=Tls(enabled=True, insecure=True))
    wait_until(lambda: reported_online(tls_broker), "the broker has the birth message")


def test_plain_words_to_a_tls_port_get_a_hint(
    tls_broker: Broker, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """The likeliest mistake of all is named."""
    connect(tls_broker.port)
    assert refused(caplog, "does it want TLS")


@pytest.mark.parametrize("key", ["ca_file", "cert_file"])
@pytest.mark.parametrize("content", [None, "rubbish"])
def test_a_certificate_that_cannot_be_used_is_an_error_of_the_configuration(
    tmp_path: Path, connect: Connect, key: str, content: str | None
) -> None:
    """It names the key and the file, and what should be in it."""
    path = tmp_path / "certificate.pem"
    if content:
        path.write_text(content)
    needed = "; a PEM file with .* certificate is needed" if content else "No such file"
    with pytest.raises(ConfigError, match=rf"mqtt\.tls\.{key} = .*certificate\.pem: cannot be used: .*{needed}"):
        connect(free_port(), tls=Tls(enabled=True, **{key: path}))


@pytest.fixture
def strict_broker(new_broker: Callable[..., Broker], house_ca: Path, tmp_path: Path) -> Broker:
    """Give a broker that asks every client for a certificate of the house."""
    cert = certificate(tmp_path, "broker", house_ca, "IP:127.0.0.1")
    return new_broker(*tls_settings(tmp_path, cert), f"cafile {house_ca}", "require_certificate true")


def test_a_clients_certificate_opens(strict_broker: Broker, connect: Connect, house_ca: Path, tmp_path: Path) -> None:
    """A certificate and its key from the configuration are shown to a broker that asks."""
    cert = certificate(tmp_path, "kitchen", house_ca, "DNS:kitchen")
    tls = Tls(enabled=True, ca_file=house_ca, cert_file=cert, key_file=cert.with_suffix(".key"))
    connect(strict_broker.port, tls=tls)
    wait_until(lambda: reported_online(strict_broker), "the broker has the birth message")


def test_without_a_clients_certificate_it_is_asked_for(
    strict_broker: Broker, connect: Connect, house_ca: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A broker that asks in vain disconnects; the message says what it may have wanted."""
    connect(strict_broker.port, tls=Tls(enabled=True, ca_file=house_ca))
    assert refused(caplog, "(client's certificate|certificate required)")


def test_an_expired_certificate_is_named_and_a_new_one_accepted(
    new_broker: Callable[..., Broker],
    connect: Connect,
    house_ca: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The reason is the broker's date, and the message says so; with a new certificate there is no need of a hand."""
    cert = certificate(tmp_path, "broker", house_ca, "IP:127.0.0.1", days=-1)
    broker = new_broker(*tls_settings(tmp_path, cert))
    connect(broker.port, tls=Tls(enabled=True, ca_file=house_ca))
    assert refused(caplog, "TLS: certificate has expired; .*certificate, and this machine's clock")
    broker.stop()
    certificate(tmp_path, "broker", house_ca, "IP:127.0.0.1")
    broker.start()
    wait_until(lambda: reported_online(broker), "the broker has the birth message")


@pytest.mark.parametrize("answer", [b"\x20\x02\x00\x01", b"\x20\x03\x00\x84\x00", b""], ids=["3.1.1", "5", "silence"])
def test_a_broker_that_knows_only_the_old_protocol_is_spoken_to_in_it(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber], answer: bytes
) -> None:
    """Whether it refuses MQTT 5 in its own words, in those of MQTT 5, or by hanging up."""
    levels: list[int] = []

    def refuse(connect_packet: bytes) -> bytes | None:
        levels.append(connect_packet[8])  # after 2 bytes of header and 6 of "MQTT" with its length
        return answer if levels[-1] == 5 else None

    door = Door(broker.port, refuse)
    door.open()
    try:
        client = connect(door.port)
        publisher(client).emit(observed(1.0))
        subscriber = listen(broker.port)
        subscriber.wait_for(STATUS, "online")
        client.send(event(1))
        subscriber.wait_for(EVENT, lambda payload: json.loads(payload)["id"] == "id1")
        assert levels == [5, 4]
    finally:
        door.shut()


def test_events_expire_at_a_broker_that_knows_how(
    broker: Broker, connect: Connect, listen: Callable[..., Subscriber]
) -> None:
    """A subscriber who has been away for a week does not get last week's squats."""
    subscriber = listen(broker.port)
    connect(broker.port).send(event(1))
    subscriber.wait_for(EVENT, lambda _: True)
    properties: Any = next(message.properties for message in subscriber.received if message.topic == EVENT)
    assert 0 < properties.MessageExpiryInterval <= 24 * 3600
