"""A camera's password: on no line of a log, in no message, whatever goes wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import servers

SECRET = "open-sesame"

pytestmark = pytest.mark.slow


def said(folder: Path, source: str, *command: str) -> str:
    """Run haredge with a source until it ends, as talkative as it can be; return all that it says and publishes."""
    (folder / "config.yaml").write_text("log_level: debug\ncamera: {stale_s: 5}\n")
    environment = {**os.environ, "STATE_DIRECTORY": str(folder / "state"), "OPENCV_FFMPEG_DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "haredge", *command, "--source", source],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_a_cameras_password_is_not_published(tmp_path: Path) -> None:
    """A camera that works and then goes away: messages and the last line name it without its password."""
    image = tmp_path / "grey.jpg"
    cv2.imwrite(str(image), np.full((240, 320, 3), 99, np.uint8))
    with servers.mjpeg(image, image, then="end") as server:
        address = server.address.replace("://", f"://me:{SECRET}@")
        words = said(tmp_path, address, "--dry-run", "--json")
    assert '"topic": "haredge/' in words
    assert "stream http://***@127.0.0.1" in words
    assert SECRET not in words


@pytest.mark.parametrize("command", [("--dry-run", "--json"), ("doctor",), ("bench",)], ids=lambda words: words[0])
@pytest.mark.parametrize(
    "source",
    [
        f"rtsp://me:{SECRET}@127.0.0.1:1/live",
        f"http://127.0.0.1:1/video?user=me&pwd={SECRET}",
        pytest.param(
            f"gst:rtspsrc location=rtsp://me:{SECRET}@127.0.0.1:1/live user-id=me user-pw={SECRET} ! decodebin",
            marks=pytest.mark.skipif(shutil.which("gst-launch-1.0") is None, reason="GStreamer is not installed"),
        ),
        f"rstp://me:{SECRET}@camera/live",
    ],
    ids=["rtsp", "http", "gst", "misspelt"],
)
def test_a_camera_that_cannot_be_opened_is_named_without_its_password(
    tmp_path: Path, source: str, command: tuple[str, ...]
) -> None:
    """By the daemon, doctor and bench."""
    words = said(tmp_path, source, *command)
    assert "***" in words
    assert SECRET not in words
