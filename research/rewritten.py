"""Videos whose images are changed: read, changed and written as an AVI of JPEG images."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from haredge.core.types import Image
from haredge.opencv import cv2


def rewrite(video: Path, out: Path, change: Callable[[Iterable[Image]], Iterable[Image]]) -> None:
    """Write what ``change`` makes of a video's images, (height, width, 3) BGR, as many or fewer, at its rate."""
    source = cv2.VideoCapture(str(video))
    writer = None
    try:
        rate_hz = source.get(cv2.CAP_PROP_FPS)
        for image in change(_images(source)):
            if writer is None:
                height, width = image.shape[:2]
                writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*"MJPG"), rate_hz, (width, height))
            writer.write(image)
    finally:
        source.release()
        if writer is not None:
            writer.release()


def _images(source: cv2.VideoCapture) -> Iterator[Image]:
    while True:
        more, image = source.read()
        if not more:
            return
        yield np.asarray(image, np.uint8)
