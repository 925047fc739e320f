"""Promises of haredge.sources.http_camera and http_client: cheap cameras work, and each failure has its own words."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import cast
from urllib.parse import quote

import clips
import pytest
from http_cameras import ENDING, PASSWORD, STILLS, STREAMS, USER, Cameras, cameras
from processes import held

from haredge.config.schema import Config
from haredge.core.errors import SourceError
from haredge.core.types import Frame
from haredge.doctor.camera import watch
from haredge.sources.buffered import LatestFrame
from haredge.sources.http_camera import HttpCamera

LOGIN = f"{USER}:{quote(PASSWORD, safe='')}"


@pytest.fixture
def server() -> Iterator[Cameras]:
    """Run the cameras."""
    with cameras() as running:
        yield running


def frames(address: str, count: int, rate_hz: float | None = None) -> list[Frame]:
    """Take the first frames and close the source."""
    with closing(cast("Generator[Frame, None, None]", iter(HttpCamera(address, rate_hz=rate_hz)))) as source:
        return list(islice(source, count))


def failure(address: str) -> str:
    with pytest.raises(SourceError) as caught:
        frames(address, 100_000)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("kind", STREAMS)
def test_a_stream_is_seen_however_it_is_sent(kind: str, server: Cameras) -> None:
    """Boundaries, types and lengths may be missing or wrong: each image comes, once, in order."""
    seen = frames(server.address(kind), 20)
    assert [frame.index for frame in seen] == list(range(20))
    levels = [round(float(frame.image.mean()) / 40) for frame in seen]
    assert levels == [number % 6 for number in range(20)]


@pytest.mark.parametrize("kind", ["still", "closing-still"])
def test_single_images_are_fetched_again_and_again(
    kind: str, server: Cameras, caplog: pytest.LogCaptureFixture
) -> None:
    """Over one connection if the camera keeps it, otherwise over a new one each time; the log says that it is so."""
    with caplog.at_level("INFO"):
        seen = frames(server.address(kind), 8)
    assert [frame.index for frame in seen] == list(range(8))
    assert 0.6 < seen[-1].t - seen[0].t < 20  # ten times a second at most
    assert server.connections == (1 if kind == "still" else 8)
    assert caplog.text.count("single images") == 1


@pytest.mark.parametrize("kind", STILLS)
def test_a_single_image_is_known_by_its_bytes_and_length(
    kind: str, server: Cameras, caplog: pytest.LogCaptureFixture
) -> None:
    """Types are missing or wrong: a JPEG with its length is fetched again all the same, over the same connection."""
    with caplog.at_level("INFO"):
        seen = frames(server.address(kind), 4)
    assert [frame.index for frame in seen] == list(range(4))
    assert server.connections == 1
    assert caplog.text.count("single images") == 1


@pytest.mark.parametrize("kind", ENDING)
def test_an_answer_that_ends_after_one_image_is_asked_for_again(
    kind: str, server: Cameras, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever it says of itself: each image is a frame, at the wanted rate at most, and the log says so once."""
    with caplog.at_level("INFO"):
        seen = frames(server.address(kind), 4)
    assert [round(float(frame.image.mean()) / 40) for frame in seen] == [1, 2, 3, 4]
    assert seen[-1].t - seen[0].t > 0.25
    assert caplog.text.count("single images") == 1


def test_the_same_image_twice_is_one_frame(server: Cameras) -> None:
    """A camera that makes fewer images than are fetched has the rate that it has, once that is known."""
    seen = frames(server.address("slow-still"), 8)[-4:]
    assert len({frame.image.tobytes() for frame in seen}) == 4
    assert server.asked["slow-still"] >= 9


def test_an_image_that_does_not_change_is_a_frame_each_time(server: Cameras) -> None:
    """A still room is neither a dead camera nor a slow one."""
    frames(server.address("frozen-still"), 5)
    assert server.asked["frozen-still"] <= 6


@pytest.mark.parametrize("kind", ["basic", "digest", "digest-sha-256", "digest-or-bodies", "moved"])
def test_a_password_is_given_in_the_way_that_is_asked_for(kind: str, server: Cameras) -> None:
    """By every request, without being asked each time; also after a redirection on the same host, in any letters."""
    assert len(frames(server.address(kind, LOGIN), 5)) == 5
    assert server.asked["basic" if kind == "moved" else kind] <= 8


def test_a_password_is_not_given_to_another_host(server: Cameras) -> None:
    """A camera that is not trusted could send the password on."""
    assert "asks for a password" in failure(server.address("moved-away", LOGIN))


@pytest.mark.parametrize("path", ["moved-far", "caf\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_a_path_may_have_any_letters(path: str, server: Cameras) -> None:
    """HTTP has ASCII alone: those of an address are sent in UTF-8, those of a redirection in the camera's own bytes."""
    assert len(frames(server.address(path), 2)) == 2


FAILURES = {
    "401": "it asks for a password (401): put user and password in front of the host",
    "403": "it refuses this user access (403)",
    "404": "it has nothing at this path (404)",
    "500": "it answers with HTTP status 500",
    "503": "it is busy (503)",
    "page": "it gives text (text/html), not images",
    "round": "it sends on to another address more than",
    "lost": "it sends on to an address that is malformed",
    "lost-host": "it sends on to an address that is malformed",
    "lost-brackets": "it sends on to an address that is malformed",
    "lost-port": "it sends on to an address that has a port that is not a number from 1 to 65535",
    "lost-file": "it sends on to an address that is not HTTP",
    "wide": "8000 x 8000 pixels are too large: at most 16.8 megapixels",
    "wide-twice": "8000 x 8000 pixels are too large: at most 16.8 megapixels",
    "wide-png": "4100 x 4100 pixels are too large: at most 16.8 megapixels",
    "playlist": "it answers, but gives no video at this address that can be decoded",
    "odd-page": "it gives text (text/x\\x1b[31m), not images",
    "cut-off": "has stopped: the camera has closed the connection in the middle of its answer",
    "broken": "has stopped: the camera gives no usable image: it breaks off",
}


@pytest.mark.parametrize(("path", "words"), FAILURES.items())
def test_each_failure_has_its_own_words(path: str, words: str, server: Cameras) -> None:
    """Wrong path, no password, a page, unusable images: what it is, and what to do."""
    assert words in failure(server.address(path))


@pytest.mark.parametrize("kind", ["basic", "digest"])
def test_a_wrong_password_is_distinguished_from_none(kind: str, server: Cameras) -> None:
    """Without showing it."""
    words = failure(server.address(kind, "me:letmein"))
    assert "it refuses the user or the password (401)" in words
    assert "letmein" not in words


def test_a_password_that_is_asked_for_in_an_unknown_way_is_no_broken_connection(server: Cameras) -> None:
    """A digest of the body, too, which no camera needs."""
    words = failure(server.address("digest_of_bodies", "me:letmein"))
    assert "it asks for a password in a way that is not known (401, 'Digest')" in words


def test_silence_is_reported(server: Cameras) -> None:
    """Before the first byte, and after some images."""
    for path, words in (("silence", "no answer within 0.3 s: it is silent"), ("then-silence", "no data within 0.3 s")):
        with pytest.raises(SourceError, match=words):
            list(HttpCamera(server.address(path), timeout_s=0.3))


def test_a_stream_of_other_images_is_no_camera_that_hangs(server: Cameras) -> None:
    """A stream of PNGs, or of empty parts, says what it is; so does one that waits for a frame of it."""
    with pytest.raises(SourceError, match="gives no frame: it has sent data for 4 s, and no JPEG in it: set"):
        list(LatestFrame(HttpCamera(server.address("png-parts"))))


def test_what_does_not_speak_http_is_reported() -> None:
    """A port that something else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            visitor, _ = listener.accept()
            with visitor:
                visitor.recv(4096)
                visitor.sendall(b"220 mail.local ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        words = failure(f"http://127.0.0.1:{listener.getsockname()[1]}/video")
        thread.join()
    assert "it does not speak HTTP" in words


def test_a_video_is_played_at_its_own_pace(server: Cameras, tmp_path: Path) -> None:
    """It comes as fast as the network is; two seconds of it must not seem to be of one moment."""
    whole = clips.clip(tmp_path / "clip.mp4", frames=20, rate_hz=10.0)
    server.video = clips.copied(whole, tmp_path / "streamed.mp4", start_s=0).read_bytes()
    times = [frame.t for frame in frames(server.address("video"), 20)]
    assert times[-1] - times[0] > 1.5


def test_an_image_without_an_end_is_not_held(server: Cameras) -> None:
    """Megabyte after megabyte comes, and no image: that is a camera which has stopped."""
    with pytest.raises(SourceError, match="no frame for 1 s"):
        list(LatestFrame(HttpCamera(server.address("endless")), stale_s=1))


@pytest.mark.parametrize("path", ["plain", "still", "silence", "then-silence"])
def test_it_can_be_ended_while_it_waits(path: str, server: Cameras) -> None:
    """Nothing is left of the thread that reads: the socket is closed under it."""
    before = {thread for kind, thread in held() if kind == "thread"}
    stopping = threading.Event()
    threading.Timer(0.5, stopping.set).start()
    list(LatestFrame(HttpCamera(server.address(path)), stop=stopping.is_set))
    assert "capture" not in {thread.name for thread in threading.enumerate() if thread.ident not in before}


@pytest.mark.parametrize(("kind", "gives"), [("plain", "a stream"), ("still", "single images")])
def test_the_doctor_says_what_an_address_gives(kind: str, gives: str, server: Cameras) -> None:
    """Single images come at ten a second at most: who wants more needs the stream's address."""
    address = server.address(kind)
    assert watch(HttpCamera(address), Config(source=address)).words.split(" (")[0].endswith(f" fps, {gives}")
