"""Promises of haredge.sources.csi, beside those of every source."""

from __future__ import annotations

import sys
from itertools import count, islice
from pathlib import Path

import pytest
from stand_ins import FakePicamera2

from haredge.core.errors import RuntimeMissingError
from haredge.sources.csi import CsiCamera, whole_view


def made(rate_hz: float | None = None) -> tuple[FakePicamera2, CsiCamera]:
    camera = FakePicamera2()

    class Same(FakePicamera2):
        def __new__(cls) -> FakePicamera2:  # type: ignore[misc]
            return camera

    ticks = count()
    source = CsiCamera(size=(240, 320), rate_hz=rate_hz, picamera2=lambda: Same, clock=lambda: float(next(ticks)))
    return camera, source


def test_the_image_processor_is_asked_for_a_small_bgr_image_of_the_whole_view() -> None:
    """The main stream is the size asked for, in the order that OpenCV has; the sensor's mode crops nothing."""
    camera, source = made(rate_hz=15)
    assert [frame.t for frame in islice(source, 2)] == [0, 1]
    assert camera.configuration["main"] == {"size": (320, 240), "format": "RGB888"}
    assert camera.configuration["raw"] == {"size": (1640, 1232)}
    assert camera.configuration["controls"] == {"FrameRate": 15}


def test_the_camera_is_closed_with_the_iterator() -> None:
    """Another program can have the camera as soon as haredge has done with it."""
    camera, source = made()
    frames = iter(source)
    next(frames)
    assert camera.started
    assert not camera.closed
    frames.close()
    assert camera.closed


def test_a_camera_that_gives_no_crops_chooses_its_mode_itself() -> None:
    """A USB camera behind libcamera has modes without crops, and no raw stream."""
    assert whole_view([{"format": "MJPEG"}]) == {}
    assert whole_view([]) == {}


@pytest.mark.parametrize(
    ("lacking", "package"),
    [
        ("picamera2", "python3-picamera2"),
        ("libcamera", "python3-libcamera"),
        ("pykms", "python3-kms++"),
        ("simplejpeg", "python3-picamera2"),
    ],
)
def test_a_missing_module_is_named_with_its_package(
    lacking: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """picamera2 that is not there, or that misses one of the modules that pip cannot give it, says what to install."""
    if lacking != "picamera2":
        (tmp_path / "picamera2.py").write_text(f"raise ModuleNotFoundError('gone', name='{lacking}')")
        monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "picamera2", raising=False)
    with pytest.raises(RuntimeMissingError) as caught:
        list(CsiCamera(size=(240, 320)))
    assert f"module {lacking} is missing: sudo apt install {package} " in str(caught.value)
    assert caught.value.exit_status == 78
