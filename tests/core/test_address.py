"""Promises of haredge.core.address: no secret of an address is shown, and what cannot be connected to is refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.address import (
    check_host,
    plain_address,
    redacted,
    redacted_in,
    redacted_text,
    stream_address,
    with_port,
)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("rtsp://admin:geheim@10.0.0.7:554/live", "rtsp://***@10.0.0.7:554/live"),
        ("rtsp://admin:p@ss/w?rd@10.0.0.7/live", "rtsp://***@10.0.0.7/live"),
        ("RTSP://admin:ge heim@10.0.0.7/live", "RTSP://***@10.0.0.7/live"),
        ("rtsp:/admin:geheim@10.0.0.7/live", "rtsp:/***@10.0.0.7/live"),
        ("admin:geheim@10.0.0.7/live.jpg", "***@10.0.0.7/live.jpg"),
        ("//admin:geheim@10.0.0.7", "//***@10.0.0.7"),
        ("rtsp://admin:geheim", "rtsp://***"),
        ("http://10.0.0.7/video?user=admin&pwd=geheim", "http://10.0.0.7/video?***"),
        ("http://10.0.0.7/video?pwd=ge@heim", "http://***"),
        ("10.0.0.7/video?pwd=geheim", "10.0.0.7/video?***"),
        ("rtsp://10.0.0.7/user=admin&password=geheim&channel=1", "rtsp://10.0.0.7/user=admin&password=***&channel=1"),
        ("http://10.0.0.7/video", "http://10.0.0.7/video"),
        ("http://[fe80::1]:8080/video", "http://[fe80::1]:8080/video"),
        (
            "gst:rtspsrc location=rtsp://10.0.0.7/a user-id=me user-pw=geheim latency=0 ! decodebin",
            "gst:rtspsrc location=rtsp://10.0.0.7/a user-id=me user-pw=*** ! decodebin",
        ),
        (
            "gst:souphttpsrc location=http://a/b?k=geheim user-pw = 'ge heim' ! x",
            "gst:souphttpsrc location=http://a/b?*** ! x",
        ),
        (
            'gst:rtspsrc location="rtsp://admin:ge ! heim@10.0.0.7/a" ! decodebin',
            'gst:rtspsrc location="rtsp://***@10.0.0.7/a" ! decodebin',
        ),
        (
            'gst:souphttpsrc extra-headers="h,Authorization=\\"Basic geheim\\"" location=http://a/b ! jpegdec',
            'gst:souphttpsrc extra-headers="h,Authorization=*** location=http://a/b ! jpegdec',
        ),
        ("gst:x api-key=geheim ! jpegdec", "gst:x api-key=*** ! jpegdec"),
        ("http://10.0.0.7/auth=geheim", "http://10.0.0.7/auth=***"),
        ("gst:v4l2src device=/dev/video0 ! jpegdec", "gst:v4l2src device=/dev/video0 ! jpegdec"),
        ("test:?live=no&script=squat:4", "test:?live=no&script=squat:4"),
        ("/dev/video0", "/dev/video0"),
        ("clips/image-??.png", "clips/image-??.png"),
        ("clips/a@b.mp4", "clips/a@b.mp4"),
    ],
)
def test_secrets_are_starred_and_the_rest_stays(text: str, safe: str) -> None:
    """Enough is left to recognise which camera is meant."""
    assert redacted(text) == safe


JUNK = st.sampled_from([" ! ", "@", " gst: "]) | st.text("aZ09 @:/?#!&%=.,;_-\\$ä", max_size=8)
FORMS = st.sampled_from(
    [
        "rtsp://admin:{}@camera.local/live",
        "HTTP://admin:{}@camera.local:8080/s.jpg",
        "rtmp://{}@camera.local/live",
        "admin:{}@camera.local/live",
        "//admin:{}@camera.local",
        "rtsp:/admin:{}@camera.local",
        "http://camera.local/s?pwd={}",
        "http://camera.local/s?user=admin&pwd={}&n=1",
        'gst:rtspsrc location="rtsp://admin:{}@camera.local/a" ! decodebin',
        'gst:rtspsrc location=rtsp://camera.local/a user-pw="{}" ! decodebin',
        "gst:rtspsrc user-pw = '{}' location=rtsp://camera.local/a ! decodebin",
    ]
)


@given(form=FORMS, between=JUNK)
def test_no_password_survives(form: str, between: str) -> None:
    """Whatever a password is made of, escaped or not, no part of it is left, in the address or in words about it."""
    if '"{}"' in form or '="' in form:
        between = between.replace("\\", "")  # which would escape the quotation mark
    address = form.format(f"qvw1{between}xyz2")
    for shown in (redacted(address), redacted_in(f"cannot link {address} now", address)):
        assert re.search("qvw1|xyz2", shown) is None, shown


@given(st.text(max_size=60))
def test_any_text_can_be_shown(text: str) -> None:
    """Addresses are what users type: nothing they type is an error here, and showing twice changes nothing more."""
    assert redacted(redacted_text(text)) is not None
    assert redacted_in(text, text) is not None


@pytest.mark.parametrize(
    ("words", "safe"),
    [
        ("cannot read rtsp:/a:b c@10.0.0.7/s: gone", "cannot read rtsp:/***@10.0.0.7/s: gone"),
        ("no broker at user:secret@10.0.0.7:1883", "no broker at ***@10.0.0.7:1883"),
        ("/home/me/admin:secret@10.0.0.7/s.jpg: no such file", "/home/me/***@10.0.0.7/s.jpg: no such file"),
        ("/x/gst:a user-pw='b c' ! d: no such file", "/x/gst:a user-pw=*** ! d: no such file"),
        ("cannot fetch http://a/b?token=x (404)", "cannot fetch http://a/b?*** (404)"),
        (
            "config.yaml:3: mqtt.password_file = gone: cannot be read",
            "config.yaml:3: mqtt.password_file = gone: cannot be read",
        ),
        ("12:03 squat, fine; me@example.org", "12:03 squat, fine; me@example.org"),
    ],
)
def test_words_of_others_lose_their_secrets_alone(words: str, safe: str) -> None:
    """A library's message may quote an address; a message without one stays as it is."""
    assert redacted_text(words) == safe


@pytest.mark.parametrize(
    "host", ["localhost", "broker.local", "my_broker", "192.168.1.5", "::1", "fe80::1%eth0", "büro.local", "a."]
)
def test_hosts_are_names_or_addresses(host: str) -> None:
    """What a resolver takes is taken."""
    assert check_host(host) == host


@pytest.mark.parametrize(
    ("host", "shown"), [("broker.local", "broker.local:1883"), ("10.0.0.1", "10.0.0.1:1883"), ("::1", "[::1]:1883")]
)
def test_host_and_port_are_kept_apart(host: str, shown: str) -> None:
    """Of an IPv6 address, too."""
    assert with_port(host, 1883) == shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mqtt://broker", "write host: broker$"),
        ("mqtt://me:secret@broker:1883/x", "write host: broker and port: 1883$"),
        ("http://broker/x?pwd=secret@secret", "write the host alone$"),
        ("mqtt://me:secret/secret@broker", "write the host alone$"),
        ("broker:1883", "write host: broker and port: 1883$"),
        ("1.2.3.4:1883", "write host: 1.2.3.4 and port: 1883$"),
        ("broker ", "blanks around it"),
        ("user:pw@broker", "the user as username"),
        ("bro ker", "not the name or address of a host"),
        ("broker/x", "not the name or address of a host"),
        ("broker\n", "blanks around it"),
        ("a..b", "not the name or address"),
        ("999.1.1.1", "not the name or address"),
        ("h" * 300, "not the name or address"),
        ("a\0b", "not the name or address"),
        ("\ud800", "not the name or address"),
        ("", "not the name or address"),
        ("\u201cbroker\u201d", "not the name or address"),
    ],
)
def test_what_is_no_host_is_refused_with_what_to_write(text: str, words: str) -> None:
    """It would be looked up in vain without end."""
    with pytest.raises(ValueError, match=words) as refused:
        check_host(text)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("uri", "host", "port"),
    [
        ("rtsp://cam/live", "cam", 554),
        ("rtsps://cam", "cam", 322),
        ("http://me:secret@cam:8080/a?b", "cam", 8080),
        ("https://[::1]/a", "::1", 443),
        ("HTTP://cam/a@1", "cam", 80),
    ],
)
def test_a_stream_is_somewhere(uri: str, host: str, port: int) -> None:
    """Host and port, the scheme's own if none is given."""
    found = stream_address(uri)
    assert (found.host, found.port) == (host, port)


@pytest.mark.parametrize(
    "uri", ["http://", "rtsp://:554/", "http://cam:99999/", "rtsp://cam/\0", "rtsp://a:b/", "rtsp://a:0/"]
)
def test_a_stream_that_is_nowhere_is_refused(uri: str) -> None:
    """No waiting makes it right."""
    with pytest.raises(ValueError, match="has "):
        stream_address(uri)


def test_what_is_said_of_an_address_survives_the_log() -> None:
    """The words hold no at sign: with one, all between the address and it would be starred as a password."""
    for uri in ("rtsp://cam:99999/", "rtsp://cam:x/", "rtsp://", "http://a b/", "rtsp://a..b/", "rtsp://cam:٣/"):
        with pytest.raises(ValueError, match=r"^has ") as error:
            stream_address(uri)
        assert "@" not in str(error.value)


def test_a_password_that_should_be_escaped_is_explained() -> None:
    """The first half of it is taken for host and port: what to write is said, and nothing of it is."""
    with pytest.raises(ValueError, match="write # as %23") as refused:
        stream_address("rtsp://admin:geh#eim@cam/live")
    assert "geh" not in str(refused.value)
    doubtful = stream_address("rtsp://admin:4711#eim@cam/live")
    assert "write # as %23" not in str(stream_address("rtsp://cam/live"))
    assert (doubtful.doubtful, "4711" in str(doubtful), "write # as %23" in str(doubtful)) == (True, False, True)


@pytest.mark.parametrize(
    ("uri", "plain"),
    [
        ("http://[fe80::1%25eth0]:81/a%25b?c=%25", "http://[fe80::1%eth0]:81/a%25b?c=%25"),
        ("rtsp://me:p%25[x@[fe80::1%25eth0]/live", "rtsp://me:p%25[x@[fe80::1%eth0]/live"),
        ("http://[fe80::1%eth0]/", "http://[fe80::1%eth0]/"),
        ("http://me:[p%25@camera/live", "http://me:[p%25@camera/live"),
        ("http://[::1]", "http://[::1]"),
        ("RTSP://Me:PW@Camera/Live", "rtsp://Me:PW@Camera/Live"),
        ("rtsp://camera/caf\udce9", "rtsp://camera/caf%E9"),
        ("rtsp://camera/caf\u00e9", "rtsp://camera/caf\u00e9"),
    ],
)
def test_an_address_is_as_libraries_take_it(uri: str, plain: str) -> None:
    """Whatever a keyboard makes of the scheme, a browser of a zone, and a terminal of what is not UTF-8.

    A password and a path keep their letters and their escapes.
    """
    assert plain_address(uri) == plain
