"""Promises of haredge.sources.stream, beside those of every source."""

from __future__ import annotations

import socket
import threading
from itertools import islice
from pathlib import Path

import clips
import pytest
import servers
from stand_ins import BLUE, FakeCapture

from haredge.core.errors import SourceError
from haredge.opencv import cv2
from haredge.sources.stream import NetworkStream, why_not

ADDRESS = "rtsp://me:secret@camera.local/live?token=secret"


def test_a_read_that_fails_once_is_passed_over() -> None:
    """One lost packet is not the end of the stream."""
    source = NetworkStream(ADDRESS, open_capture=lambda _: FakeCapture([BLUE, None, BLUE]))
    assert [frame.index for frame in islice(source, 3)] == [0, 2, 3]


def test_a_stream_that_ends_says_so_without_its_password() -> None:
    """A server that is switched off after two late frames: FFmpeg's reads fail from then on."""
    capture = FakeCapture([BLUE, BLUE], then="unplugged")
    with pytest.raises(SourceError, match=r"stream rtsp://\*\*\*@camera.local/live\?\*\*\* has stopped") as caught:
        list(NetworkStream(ADDRESS, open_capture=lambda _: capture))
    assert "secret" not in str(caught.value)
    assert capture.released


def test_images_that_are_too_large_are_refused_for_that() -> None:
    """And not for a server that ended the stream: what to do is to name a smaller one."""
    capture = FakeCapture([BLUE])
    capture.given = {cv2.CAP_PROP_FRAME_WIDTH: 5120.0, cv2.CAP_PROP_FRAME_HEIGHT: 3840.0}
    with pytest.raises(SourceError, match=r"images of 5120 x 3840 pixels are too large: at most 16\.8"):
        next(iter(NetworkStream(ADDRESS, open_capture=lambda _: capture)))
    assert capture.released


def test_the_whole_address_reaches_ffmpeg() -> None:
    """What messages leave out is still sent to the camera."""
    opened = []

    def open_capture(uri: str) -> FakeCapture:
        opened.append(uri)
        return FakeCapture([BLUE])

    next(iter(NetworkStream(ADDRESS, open_capture=open_capture)))
    assert opened == [ADDRESS]


def test_a_damaged_image_in_the_middle_does_not_end_the_stream(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Images after a torn one still come, and FFmpeg says nothing of its own about it."""
    blue = clips.image(tmp_path / "blue.jpg")
    torn = clips.cut(clips.image(tmp_path / "torn.jpg"), 300)
    with servers.mjpeg(blue, blue, torn, then="repeat") as server:
        assert len(list(islice(NetworkStream(server.address), 90))) == 90
    assert capfd.readouterr() == ("", "")


ANSWERS = {
    "rtsp://{}/live": {
        b"RTSP/1.0 401 Unauthorized\r\n\r\n": "it asks for a password (401)",
        b"RTSP/1.0 404 Not Found\r\n\r\n": "it has nothing at this path (404)",
        b"RTSP/1.0 453 Not Enough Bandwidth\r\n\r\n": "it is busy (453)",
        b"RTSP/1.0 500 Oops\r\n\r\n": "it answers with RTSP status 500",
        b"RTSP/1.0 200 OK\r\n\r\n": "no video at this address that can be decoded",
        b"HTTP/1.1 400 Bad Request\r\n\r\n": "it does not speak RTSP",
        b"": "it does not speak RTSP",
    },
    "rtsp://me:secret@{}/live": {b"RTSP/1.0 401 Unauthorized\r\n\r\n": "it refuses the user or the password (401)"},
}


@pytest.mark.parametrize(
    ("address", "answer", "words"),
    [(address, answer, words) for address, answers in ANSWERS.items() for answer, words in answers.items()],
)
def test_a_stream_that_cannot_be_opened_has_the_servers_reason(address: str, answer: bytes, words: str) -> None:
    """Wrong path, wrong password, none, or something else: each in its own words, and the password is not sent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        asked = []

        def serve() -> None:
            visitor, _ = listener.accept()
            with visitor:
                asked.append(visitor.recv(4096))
                visitor.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        assert words in why_not(address.format(f"127.0.0.1:{listener.getsockname()[1]}"))
        thread.join()
    assert asked[0].startswith(b"DESCRIBE rtsp://127.0.0.1:")
    assert b"secret" not in asked[0]
