"""Reading image files."""

from __future__ import annotations

import logging
from pathlib import Path

from haredge.core.bounds import IMAGE_BYTES
from haredge.core.errors import SourceError
from haredge.core.regular_file import read_regular
from haredge.core.types import Image
from haredge.opencv import decode_image

log = logging.getLogger(__name__)


def read(path: Path | str, *, again: bool = False) -> Image:
    """Read an image file as (height, width, 3) bytes, BGR, turned upright as its EXIF tag says.

    Of an animated image the first frame is read, and a warning logged unless it is read ``again``. Raises
    :class:`SourceError` if the file cannot be read, is larger than :mod:`haredge.core.bounds` allows, or is not an
    image that OpenCV knows.
    """
    try:
        data = read_regular(Path(path), IMAGE_BYTES)
        image = decode_image(data)
    except IsADirectoryError as error:
        raise SourceError(f"cannot read the image {path}: it is a folder; name the images in it") from error
    except OSError as error:
        raise SourceError(f"cannot read the image {path}: {error.strerror}") from error
    except ValueError as error:
        raise SourceError(f"cannot read the image {path}: {error}") from error
    if not again and is_animated(data):
        log.warning("image %s is animated: only its first frame is used; convert it to a video for all of them", path)
    return image


def is_animated(data: bytes) -> bool:
    """Say whether a PNG or WebP holds more than one frame, by its header.

    An animated PNG has an acTL chunk before its first image data; an animated WebP has bit 1 of VP8X set.
    """
    if data.startswith(b"\x89PNG"):
        return b"acTL" in data[: data.find(b"IDAT")]
    return data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and bool(data[20:21] and data[20] & 2)
