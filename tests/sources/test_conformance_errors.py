"""Promises that every frame source keeps when it fails: absent, empty, damaged, busy, unplugged, hanging.

Each failure is one line that names the source and says what to do, with nothing from OpenCV or FFmpeg beside it.
"""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import clips
import pytest
import servers
from processes import held
from stand_ins import BLUE, FakeCapture, FakePicamera2

from haredge.core.errors import HaredgeError, SourceError
from haredge.core.types import Frame, Image
from haredge.sources.buffered import LatestFrame
from haredge.sources.camera import UsbCamera
from haredge.sources.csi import CsiCamera
from haredge.sources.devices import Devices
from haredge.sources.gst import GstPipeline
from haredge.sources.source import Source
from haredge.sources.uri import open_source

Make = Callable[[Path], Source]
SIZE = (48, 64)


def written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def folder_with_a_broken_picture(folder: Path) -> Source:
    images = clips.folder(folder / "images")
    (images / "3.jpg").write_bytes(b"not an image")
    return open_source(str(images))


def linux(folder: Path, *, may_open: bool = True, holder: str = "", present: bool = True) -> Devices:
    """Lay out a machine with one camera, or none, which another process may hold."""
    dev, sys, process = folder / "dev", folder / "sys", folder / "proc" / "123"
    for path in (dev, sys / "video0", process / "fd"):
        path.mkdir(parents=True)
    if present:
        (dev / "video0").touch()
        (sys / "video0" / "name").write_text("HD Webcam\n")
    if holder:
        (process / "comm").write_text(holder + "\n")
        (process / "fd" / "7").symlink_to(dev / "video0")
    return Devices(dev, sys, folder / "proc", may_open=lambda path, mode: may_open)


def camera(folder: Path, capture: FakeCapture, *, number: int = 0, **machine: bool | str) -> Source:
    devices = linux(folder, **machine)  # type: ignore[arg-type]
    device = str(devices.dev / f"video{number}")
    return UsbCamera(device, size=SIZE, open_capture=lambda _: capture, devices=devices)


def no_camera_on_csi(folder: Path) -> Source:
    class NoCamera(FakePicamera2):
        cameras = ()

    return CsiCamera(size=SIZE, picamera2=lambda: NoCamera)


def busy_csi(folder: Path) -> Source:
    class Busy(FakePicamera2):
        def __init__(self) -> None:
            raise RuntimeError("Camera __init__ sequence did not complete.")

    return CsiCamera(size=SIZE, picamera2=lambda: Busy)


def unplugged_csi(folder: Path) -> Source:
    class Unplugged(FakePicamera2):
        def capture_array(self, name: str) -> Image:
            raise RuntimeError("Camera frontend has timed out!")

    return CsiCamera(size=SIZE, picamera2=lambda: Unplugged)


FAILURES: dict[str, tuple[Make, str]] = {
    "missing file": (lambda f: open_source(str(f / "no.mp4")), "no such file"),
    "unknown scheme": (lambda f: open_source("ftp://me:secret@host/clip"), "unknown form"),
    "empty video": (lambda f: open_source(written(f / "a.mp4", b"")), "a.mp4: it is empty"),
    "text as video": (lambda f: open_source(written(f / "a.mp4", b"text " * 500)), "a.mp4: no video"),
    "sound only": (lambda f: open_source(str(clips.sound(f / "a.wav"))), "a.wav: no video"),
    "sound as video": (lambda f: open_source(str(clips.sound(f / "a.mp4"))), "a.mp4: no video"),
    "no frames": (lambda f: open_source(str(clips.clip(f / "a.avi", frames=0))), "a.avi: "),
    "truncated": (lambda f: open_source(str(clips.cut(clips.clip(f / "a.mp4"), 200))), "a.mp4: no video"),
    "empty folder": (lambda f: open_source(str(f)), "no image in"),
    "glob of nothing": (lambda f: open_source(str(f / "*.jpg")), "no image in"),
    "broken image": (folder_with_a_broken_picture, "3.jpg: not an image, or damaged"),
    "http refused": (lambda f: open_source(f"http://127.0.0.1:{closed_port()}/video"), "Connection refused"),
    "rtsp refused": (lambda f: open_source(f"rtsp://me:secret@127.0.0.1:{closed_port()}/a"), "Connection refused"),
    "no such host": (lambda f: open_source("http://me:secret@nowhere.invalid/"), "nowhere.invalid port 80"),
    "malformed address": (lambda f: open_source("rtsp://me:secret@[::1/"), "malformed"),
    "gst element": (lambda f: open_source("gst:nosuchsrc ! identity"), 'no element "nosuchsrc"'),
    "gst syntax": (lambda f: open_source("gst:videotestsrc !"), "syntax error"),
    "gst quotes": (lambda f: open_source("gst:videotestsrc 'x"), "no closing quotation"),
    "gst device": (lambda f: open_source("gst:v4l2src device=/dev/video99"), "/dev/video99"),
    "gst no frame": (lambda f: open_source("gst:videotestsrc num-buffers=0"), "without a frame"),
    "no gst": (lambda f: GstPipeline("videotestsrc", program=str(f / "gst")), "apt install gstreamer1.0-tools"),
    "camera absent": (lambda f: camera(f, FakeCapture([], opened=False), number=5), "video0 (HD Webcam)"),
    "no camera": (lambda f: camera(f, FakeCapture([], opened=False), present=False), "--source"),
    "camera forbidden": (lambda f: camera(f, FakeCapture([], opened=False), may_open=False), "group video"),
    "camera busy": (lambda f: camera(f, FakeCapture([], opened=False), holder="cheese"), "busy: cheese (process 123)"),
    "busy at first read": (lambda f: camera(f, FakeCapture([], then="unplugged"), holder="cheese"), "busy: cheese"),
    "not a camera": (lambda f: camera(f, FakeCapture([], opened=False)), "not a camera"),
    "camera unplugged": (lambda f: camera(f, FakeCapture([BLUE] * 9, then="unplugged")), "has stopped"),
    "broken permanently": (lambda f: camera(f, FakeCapture([BLUE, *[None] * 99])), "has stopped"),
    "no csi camera": (no_camera_on_csi, "libcamera sees no camera"),
    "csi busy": (busy_csi, "does another program hold it?"),
    "csi unplugged": (unplugged_csi, "frontend has timed out"),
}


@pytest.mark.parametrize(("make", "says"), FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("threaded", [False, True], ids=["", "in LatestFrame"])
def test_a_failure_is_one_line_that_says_the_reason(
    make: Make, says: str, threaded: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The error names the reason, in one line, without the address's password; nothing else reaches the terminal."""
    before = held()
    with pytest.raises(HaredgeError) as caught:
        list(LatestFrame(make(tmp_path)) if threaded else make(tmp_path))
    message = str(caught.value)
    assert says in message
    assert "\n" not in message
    assert "secret" not in message
    assert capfd.readouterr() == ("", "")
    assert not held() - before


def test_a_camera_over_http_that_ends_is_an_error(tmp_path: Path) -> None:
    """A live source never ends as a file does: a connection closed by the server raises once the frames are through."""
    with servers.mjpeg(*[clips.image(tmp_path / "blue.jpg")] * 30, then="end") as server:
        source = iter(open_source(server.address))
        assert next(source).index == 0
        with pytest.raises(SourceError, match="has stopped"):
            list(source)


def test_an_address_without_video_is_an_error(tmp_path: Path) -> None:
    """A server that answers with something else is distinguished from one that is not there."""
    with servers.mjpeg(clips.image(tmp_path / "blue.jpg"), then="end") as server:
        source = open_source(server.address + "/elsewhere")
        with pytest.raises(SourceError, match="it has nothing at this path"):
            list(source)


@contextmanager
def hanging_camera(folder: Path) -> Iterator[Source]:
    yield camera(folder, FakeCapture([BLUE] * 3, then="hang"))


@contextmanager
def hanging_csi(folder: Path) -> Iterator[Source]:
    images = FakeCapture([BLUE] * 3, then="hang")

    class Hanging(FakePicamera2):
        def capture_array(self, name: str) -> Image:
            image: Image = images.read()[1]
            return image

    yield CsiCamera(size=SIZE, picamera2=lambda: Hanging)


@contextmanager
def hanging_gst(folder: Path) -> Iterator[Source]:
    yield open_source("gst:appsrc is-live=true caps=video/x-raw,format=I420,width=64,height=48,framerate=30/1")


@contextmanager
def hanging_http(folder: Path) -> Iterator[Source]:
    with servers.mjpeg(*[clips.image(folder / "blue.jpg")] * 30, then="freeze") as server:
        yield open_source(server.address)


@contextmanager
def hanging_rtsp(folder: Path) -> Iterator[Source]:
    with servers.rtsp() as server:
        source = open_source(server.address)
        yield Stopping(source, server.process)


class Stopping:
    """A stream whose server is stopped, as a frozen camera is, after its third frame."""

    def __init__(self, source: Source, server: subprocess.Popen[str]) -> None:
        self.source = source
        self.server = server
        self.live = True

    def __iter__(self) -> Iterator[Frame]:
        for frame in self.source:
            if frame.index == 3:
                self.server.send_signal(signal.SIGSTOP)
            yield frame


@pytest.mark.parametrize(
    ("make", "start_s"),
    [(hanging_camera, 99), (hanging_csi, 99), (hanging_gst, 5), (hanging_http, 99), (hanging_rtsp, 99)],
)
def test_a_source_that_hangs_is_an_error_after_five_seconds(
    make: Callable[[Path], AbstractContextManager[Source]], start_s: float, tmp_path: Path
) -> None:
    """Staleness is measured by the clock alone, so a read that never returns is an error; no child process is left."""
    clock = count()  # each reading is a second later
    with make(tmp_path) as source:
        before = held()
        with pytest.raises(SourceError, match="frame for") as caught:
            list(LatestFrame(source, start_s=start_s, clock=lambda: float(next(clock))))
        assert not {kind for kind, _ in held() - before} & {"child"}
    assert "\n" not in str(caught.value)
