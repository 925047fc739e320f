"""OpenCV, quietly and within bounds: the one place that imports it.

OpenCV and the FFmpeg inside it write their own lines to standard error about every damaged file. haredge says what is
wrong in one line of its own, so both are silenced unless the user has set their environment variables
(``OPENCV_LOG_LEVEL``, ``OPENCV_FFMPEG_LOGLEVEL``), which OpenCV reads when it is loaded. So it does with the largest
image that it decodes (``OPENCV_IO_MAX_IMAGE_PIXELS``), which it knows from the file's first bytes.
"""

from __future__ import annotations

import os
from typing import Final

import numpy as np

from haredge.core import webp
from haredge.core.bounds import IMAGE_PIXELS
from haredge.core.kinds import AVIF_BRANDS, HEAD_BYTES, HEIC_BRANDS, kind_of
from haredge.core.library_noise import without_noise
from haredge.core.types import Image

os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # FFmpeg's AV_LOG_QUIET
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(IMAGE_PIXELS))

import cv2  # reads the variables above while it loads

cv2.setNumThreads(1)  # small images are all that haredge works on: to wake other threads takes longer than their share

__all__ = ["DECODE_IN_ONE_THREAD", "cv2", "decode_image"]

DECODE_IN_ONE_THREAD = [cv2.CAP_PROP_N_THREADS, 1] if hasattr(cv2, "CAP_PROP_N_THREADS") else []
"""Parameters of a ``cv2.VideoCapture`` (OpenCV 4.6, Debian Bookworm's, does not know them).

More threads would hold more images in memory, hold a stream's frames back, and take the network's cores.
"""


def decode_image(data: bytes) -> Image:
    """Decode an image file's content to (height, width, 3) bytes, BGR, turned upright as its EXIF tag says.

    Grey, CMYK and 16 bits per channel come out the same; transparency is left out.

    Raises ValueError, in words fit for a message, for what OpenCV cannot decode or what is too large.
    """
    if not data:
        raise ValueError("it is empty")
    if _is_cut_off_jpeg(data):
        raise ValueError("it is cut off: its end is missing")
    if _is_damaged_png(data):
        raise ValueError("not an image, or damaged")
    try:
        with without_noise():
            image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        if "MAX_IMAGE" not in str(error):
            raise ValueError("not an image, or damaged") from error
        raise ValueError(f"it is too large: at most {IMAGE_PIXELS / 1e6:g} megapixels") from error
    if image is None:
        raise ValueError(_why_not(data))
    return _turned(np.asarray(image, np.uint8), webp.orientation(data))


def _turned(image: Image, orientation: int) -> Image:
    """Turn an image upright that is stored with an EXIF orientation from 1 to 8."""
    if orientation >= 5:  # rows and columns are exchanged
        image = np.swapaxes(image, 0, 1)
    upside_down, mirrored = orientation in {3, 4, 7, 8}, orientation in {2, 3, 6, 7}
    return np.ascontiguousarray(image[:: -1 if upside_down else 1, :: -1 if mirrored else 1])


_PNG: Final = b"\x89PNG\r\n\x1a\n"


def _is_damaged_png(data: bytes) -> bool:
    """Return whether a PNG's chunks do not lead from one to the next up to its end.

    libpng would write a line of its own to standard error, and OpenCV 4.11 makes room for as much as a chunk claims.
    """
    if not data.startswith(_PNG):
        return False
    at = len(_PNG)
    while at + 12 <= len(data):
        at, kind = at + 12 + int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"IEND":
            return at > len(data)
    return True


_JPEG: Final = b"\xff\xd8\xff"


def _is_cut_off_jpeg(data: bytes) -> bool:
    """Return whether a JPEG has no end after the beginning of its image (ITU-T T.81, annex B).

    OpenCV before 4.11 gives what there is of it, and grey below. The end of a thumbnail in the header is none.
    """
    if not data.startswith(_JPEG):
        return False
    at = 2
    while data[at : at + 1] == b"\xff":
        marker, length = data[at + 1 : at + 2], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == b"\xda":  # the start of a scan, in which 0xff is followed by a zero
            return b"\xff\xd9" not in data[at:]
        at += 1 if marker == b"\xff" else 2 + length
    return False  # of another structure, or cut off before its image: OpenCV's to judge


def _why_not(data: bytes) -> str:
    brand = data[8:12] if data[4:8] == b"ftyp" else b""
    if brand in (*HEIC_BRANDS, *AVIF_BRANDS):
        kind = "an AVIF image" if brand in AVIF_BRANDS else "a HEIC image"
        return f"{kind}, which OpenCV cannot decode; convert it to JPEG (heif-convert IN OUT.jpg, of libheif)"
    if data.startswith(b"GIF8"):
        return "a GIF, which OpenCV cannot decode; convert it to PNG, or to a video if it is animated"
    if kind_of(data[:HEAD_BYTES]) == "video":
        return "it is a video, not an image: `haredge annotate` takes videos"
    return "not an image, or damaged"
