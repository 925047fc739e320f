"""Cameras that are not there: they stand in for OpenCV's and picamera2's, and fail as the real ones do."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from haredge.core.types import Image
from haredge.opencv import cv2

BLUE: Image = np.full((48, 64, 3), (255, 0, 0), np.uint8)


class FakeCapture:
    """Stands in for ``cv2.VideoCapture``: gives ``images`` (None for a broken one), then does as ``then`` says.

    "unplugged": every read returns False, as Video4Linux does once the device is gone. "hang": a read never returns.
    "repeat": the last image again and again.
    """

    def __init__(self, images: list[Image | None], *, then: str = "repeat", opened: bool = True) -> None:
        self.images = list(images)
        self.then = then
        self.opened = opened
        self.asked: dict[int, float] = {}
        self.given: dict[int, float] = {}
        """What it gives whatever it was asked for."""
        self.released = False
        self.decoded = 0
        self.grabbed: tuple[bool, Any] = (False, None)

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.opened

    def set(self, prop: int, value: float, /) -> bool:
        self.asked[prop] = value
        return True

    def get(self, prop: int, /) -> float:
        """Give 30 frames per second whatever was asked for, as many webcams do."""
        return self.given.get(prop, 30.0 if prop == cv2.CAP_PROP_FPS else self.asked.get(prop, 0.0))

    def grab(self) -> bool:
        self.grabbed = self._next()
        return self.grabbed[0]

    def retrieve(self) -> tuple[bool, Any]:
        self.decoded += 1
        return self.grabbed

    def read(self) -> tuple[bool, Any]:
        return self._next()

    def _next(self) -> tuple[bool, Any]:
        if len(self.images) > 1 or (self.images and self.then != "repeat"):
            image = self.images.pop(0)
            return image is not None, image
        if self.then == "hang":
            threading.Event().wait()
        return (True, self.images[0]) if self.then == "repeat" else (False, None)

    def release(self) -> None:
        self.released = True


class FakePicamera2:
    """Stands in for ``picamera2.Picamera2``, with the sensor modes of a Camera Module 2."""

    cameras: tuple[dict[str, str], ...] = ({"Model": "imx219"},)
    sensor_modes = (
        {"size": (640, 480), "crop_limits": (1000, 752, 1280, 960), "fps": 206.65},
        {"size": (1640, 1232), "crop_limits": (0, 0, 3280, 2464), "fps": 41.85},
        {"size": (1920, 1080), "crop_limits": (680, 692, 1920, 1080), "fps": 47.57},
        {"size": (3280, 2464), "crop_limits": (0, 0, 3280, 2464), "fps": 21.19},
    )

    def __init__(self) -> None:
        self.configuration: dict[str, Any] = {}
        self.started = False
        self.closed = False

    @classmethod
    def global_camera_info(cls) -> list[dict[str, str]]:
        return list(cls.cameras)

    def create_video_configuration(self, **configuration: Any) -> dict[str, Any]:
        return configuration

    def configure(self, configuration: dict[str, Any]) -> None:
        self.configuration = configuration

    def start(self) -> None:
        self.started = True

    def capture_array(self, name: str) -> Image:
        assert name == "main"
        assert self.started
        return BLUE

    def close(self) -> None:
        self.closed = True
