"""Promises of haredge.sources.uri.open_source: one syntax for all sources."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import clips
import pytest

from haredge.compose import open_configured_source
from haredge.config.schema import CameraSection, Config
from haredge.core.errors import SourceError
from haredge.sources.camera import UsbCamera
from haredge.sources.uri import open_source


@pytest.mark.parametrize(
    ("uri", "name", "live"),
    [
        ("0", "camera /dev/video0", True),
        ("/dev/video2", "camera /dev/video2", True),
        ("/dev/v4l/by-id/usb-Webcam", "camera /dev/v4l/by-id/usb-Webcam", True),
        ("csi", "camera csi", True),
        ("rtsp://me:secret@camera/live", "stream rtsp://***@camera/live", True),
        ("RTSP://me:secret@camera/live", "stream rtsp://***@camera/live", True),
        ("Http://camera/video", "stream http://camera/video", True),
        ("rtsp://camera/caf\udce9", "stream rtsp://camera/caf%E9", True),
        ("https://camera/video", "stream https://camera/video", True),
        ("rtsp://[fe80::1%25eth0]/live", "stream rtsp://[fe80::1%eth0]/live", True),
        ("http://[fe80::1%25eth0]/live", "stream http://[fe80::1%eth0]/live", True),
        ("gst:videotestsrc ! identity", "gst:videotestsrc ! identity", True),
    ],
)
def test_a_live_source_is_recognised_by_its_uri_alone(uri: str, name: str, live: bool) -> None:
    """Nothing is opened, so no camera need be there."""
    source = open_source(uri)
    assert str(source) == name
    assert source.live is live


def test_a_file_is_recognised_by_what_lies_there(tmp_path: Path) -> None:
    """Videos, folders, single images and patterns, although a name may look like a pattern."""
    video = clips.clip(tmp_path / "clip[1].avi")
    assert str(open_source(str(video))) == f"video {video}"
    folder = clips.folder(tmp_path / "0")
    assert str(open_source(str(folder))) == f"images {folder}"
    assert len(list(open_source(str(folder / "3.jpg")))) == 1
    assert len(list(open_source(str(folder / "[1-3].jpg")))) == 3


def test_a_home_directory_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A URI from a config file has not been through a shell."""
    monkeypatch.setenv("HOME", str(tmp_path))
    clips.clip(tmp_path / "clip.avi")
    assert len(list(open_source("~/clip.avi"))) == 8


@pytest.mark.parametrize("uri", ["", "nowhere.mp4", "ftp://camera/clip", "webcam:", "-1"])
def test_an_unknown_uri_is_answered_with_the_forms_that_there_are(uri: str) -> None:
    """The message is the manual."""
    with pytest.raises(SourceError) as caught:
        open_source(uri)
    for form in ("/dev/video0", "csi", "video file", "folder", "glob", "rtsp://", "http://", "gst:", "test:"):
        assert form in str(caught.value)


@pytest.mark.parametrize(("uri", "reason"), [("~nobody-here/clip.mp4", "home"), ("a" * 300 + ".mp4", "name too long")])
def test_a_path_that_cannot_be_looked_at_is_an_error_with_its_reason(uri: str, reason: str) -> None:
    """Even where the system will not say whether there is a file."""
    with pytest.raises(SourceError, match=reason):
        open_source(uri)


def test_importing_the_package_brings_no_library_with_it() -> None:
    """OpenCV is loaded by the source that needs it, so that `haredge --help` is quick."""
    script = "import sys, haredge.sources.uri; print({'cv2', 'numpy'} & set(sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "set()\n"
    )


def test_a_configured_camera_is_asked_for_the_configured_rate() -> None:
    """A camera of 30 frames per second would be decoded in vain for a daemon that needs 15."""
    source = open_configured_source(Config(source="0", camera=CameraSection(rate_hz=12.0, width=320, height=240)))
    camera = source.source
    assert isinstance(camera, UsbCamera)
    assert (camera.rate_hz, camera.size) == (12.0, (240, 320))
