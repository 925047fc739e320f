"""A camera on a Raspberry Pi's CSI connector, through picamera2.

picamera2 comes with the system (``apt install python3-picamera2``), never from pip: it is bound to the system's
libcamera, so a virtual environment needs ``--system-site-packages`` to see it. Written after the Picamera2 Manual
(https://datasheets.raspberrypi.com/camera/picamera2-manual.pdf), chapters 4 and 6.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Generator
from typing import Any, ClassVar, Final

import numpy as np

from haredge.core.errors import RuntimeMissingError, SourceError
from haredge.core.types import Frame

PACKAGES: Final = {"libcamera": "python3-libcamera", "pykms": "python3-kms++", "picamera2": "python3-picamera2"}
"""Debian's packages of the modules that ``import picamera2`` needs and that pip cannot give."""

DEFAULT_RATE_HZ: Final = 30.0


def _import_picamera2() -> Any:
    os.environ.setdefault("LIBCAMERA_LOG_LEVELS", "*:WARN")  # read while it loads; INFO is a screenful
    try:
        return importlib.import_module("picamera2").Picamera2
    except ImportError as error:
        package = PACKAGES.get(error.name or "", "python3-picamera2")
        raise RuntimeMissingError(
            f"csi: the Python module {error.name or 'picamera2'} is missing: sudo apt install {package} "
            "(a virtual environment must be made with --system-site-packages)"
        ) from error


class CsiCamera:
    """Frames of a Pi's camera module. Iterating opens it; its image processor scales, so that nothing else must."""

    live: ClassVar[bool] = True

    def __init__(
        self,
        *,
        size: tuple[int, int],
        rate_hz: float | None = None,
        picamera2: Callable[[], Any] = _import_picamera2,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the (height, width) and the frame rate to ask for; ``picamera2()`` gives the class Picamera2."""
        self._size = size
        self._rate_hz = rate_hz or DEFAULT_RATE_HZ
        self._picamera2 = picamera2
        self._clock = clock

    def __str__(self) -> str:
        return "camera csi"

    def __iter__(self) -> Generator[Frame, None, None]:
        """Yield frames as they come; raises SourceError if there is no camera, or another program uses it."""
        camera = self._open()
        try:
            self._start(camera)
            index = 0
            while True:
                image = camera.capture_array("main")
                yield Frame(index, self._clock(), np.ascontiguousarray(image, np.uint8))
                index += 1
        except (RuntimeError, OSError) as error:
            raise SourceError(f"{self} has stopped: {error}") from error
        finally:
            camera.close()

    def _open(self) -> Any:
        picamera2 = self._picamera2()
        if not picamera2.global_camera_info():
            raise SourceError(
                f"cannot open {self}: libcamera sees no camera (is the ribbon seated, with the power off, and does "
                "`rpicam-hello --list-cameras` show it?); name another with --source"
            )
        try:
            return picamera2()
        except (RuntimeError, IndexError, OSError) as error:
            raise SourceError(f"cannot open {self}: {error}; does another program hold it?") from error

    def _start(self, camera: Any) -> None:
        height, width = self._size
        camera.configure(
            camera.create_video_configuration(
                main={"size": (width, height), "format": "RGB888"},  # libcamera's RGB888 is BGR in memory
                raw=whole_view(camera.sensor_modes),
                controls={"FrameRate": self._rate_hz},
                buffer_count=4,
            )
        )
        camera.start()


def whole_view(modes: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Return the raw stream, as {"size": (width, height)}, of the smallest mode that sees all that the sensor can.

    Left to itself, libcamera takes the mode nearest to the size asked for, which on many sensors is a crop of the
    middle: a person at the edge would be out of view. Empty if the camera does not report its crops.
    """
    seen = {mode["size"]: _area(mode["crop_limits"][2:]) for mode in modes if "crop_limits" in mode}
    whole = [size for size, area in seen.items() if area >= 0.95 * max(seen.values())]
    return {"size": min(whole, key=_area)} if whole else {}


def _area(size: tuple[int, int]) -> int:
    return size[0] * size[1]
