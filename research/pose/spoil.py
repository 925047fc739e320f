"""What light, lens, sensor and compression do to an image, at random."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import av
import numpy as np

from haredge.core.types import Image
from haredge.opencv import cv2

NIGHT: Final = 0.12
"""Share of the images that are taken at night, by the infrared lamp of the camera."""


def spoil(image: Image, rng: np.random.Generator) -> Image:
    """Return an image (height, width, 3) as a worse camera would have taken it."""
    image = infrared(image, rng) if rng.random() < NIGHT else _light(image, rng)
    chance = rng.random(5)
    if chance[0] < 0.12:
        image = _coarsened(image, rng)
    if chance[1] < 0.15:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.6)), np.uint8)
    if chance[2] < 0.06:
        image = _smeared(image, rng)
    if chance[3] < 0.2:
        image = _noisy(image, rng, rng.uniform(2, 14))
    if chance[4] < 0.15:
        image = _jpeg(image, int(rng.integers(15, 75)))
    elif chance[4] < 0.35:
        image = h264(image, int(rng.integers(24, 45)))
    return image


def infrared(image: Image, rng: np.random.Generator) -> Image:
    """Return a BGR image as if taken at night: grey, lit from where the camera is and dark beyond, with noise.

    How much of each colour is seen differs: what cloth reflects of infrared has little to do with its colour.
    """
    height, width = image.shape[:2]
    grey = (image @ rng.dirichlet((1, 1, 2)).astype(np.float32) / 255) ** rng.uniform(0.6, 1.1)
    middle, reach = rng.normal(0.5, 0.1, 2), rng.uniform(0.35, 1.2)
    y, x = (np.linspace(0, 1, count) - place for count, place in zip((height, width), middle, strict=True))
    lamp = np.exp(-(y[:, None] ** 2 + x**2) / reach**2)
    lit = grey * lamp * rng.uniform(0.5, 1.5) * 255 + rng.normal(0, rng.uniform(2, 9), (height, width))
    return np.repeat(np.clip(lit, 0, 255).astype(np.uint8)[..., None], 3, 2)


def h264(image: Image, crf: int) -> Image:
    """Return a BGR image as a frame of an H.264 video shows it; ``crf`` 0 to 51, the higher, the fewer bytes.

    A camera's second stream, of little bandwidth, is like 35 to 40. Of odd sides the last row or column is lost to the
    codec, and the one before is repeated.
    """
    height, width = image.shape[:2]
    even = image[: height - height % 2, : width - width % 2]
    encoder = av.CodecContext.create("libx264", "w")
    encoder.height, encoder.width, encoder.pix_fmt = even.shape[0], even.shape[1], "yuv420p"
    encoder.time_base = Fraction(1, 8)
    encoder.options = {"crf": str(crf), "preset": "ultrafast", "threads": "1"}
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="bgr24")
    decoder = av.CodecContext.create("h264", "r")
    packets = [*encoder.encode(frame), *encoder.encode(None), None]
    shown = next(frame for packet in packets for frame in decoder.decode(packet))
    return np.pad(shown.to_ndarray(format="bgr24"), ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def cut_outs(image: Image, rng: np.random.Generator) -> None:
    """Hide a few rectangles behind plain colour or noise, in place."""
    height, width = image.shape[:2]
    for _ in range(int(rng.integers(1, 4))):
        h, w = rng.integers(height // 20, height // 4, 2)
        y, x = int(rng.integers(0, height - h)), int(rng.integers(0, width - w))
        patch = image[y : y + h, x : x + w]
        patch[:] = rng.integers(0, 256, 3) if rng.random() < 0.6 else rng.integers(0, 256, patch.shape)


def _light(image: Image, rng: np.random.Generator) -> Image:
    """Change gain, offset, gamma and the colours' balance by one table; sometimes to a dim room or to grey."""
    dim = rng.random() < 0.12
    gain = rng.uniform(0.15, 0.5) if dim else rng.uniform(0.7, 1.3)
    gamma = rng.uniform(0.7, 1.4)
    balance = rng.uniform(0.85, 1.15, 3) * gain
    lift = rng.uniform(-20, 20) * (not dim)
    ramp = np.linspace(0, 1, 256)[:, None] ** gamma * 255
    table = np.clip(ramp * balance + lift, 0, 255).astype(np.uint8)[None]
    out = np.asarray(cv2.LUT(image, table), np.uint8)
    if dim:
        out = _noisy(out, rng, rng.uniform(2, 8))
    if rng.random() < 0.1:
        out = np.asarray(cv2.cvtColor(cv2.cvtColor(out, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8)
    return out


def _coarsened(image: Image, rng: np.random.Generator) -> Image:
    height, width = image.shape[:2]
    factor = rng.uniform(0.35, 0.8)
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _smeared(image: Image, rng: np.random.Generator) -> Image:
    """Move the camera while the shutter is open."""
    length = int(rng.integers(3, 9))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D(((length - 1) / 2, (length - 1) / 2), rng.uniform(0, 180), 1)
    turned = np.asarray(cv2.warpAffine(kernel, turn, (length, length)), np.float32)
    turned /= max(float(turned.sum()), 1e-3)
    return np.asarray(cv2.filter2D(image, -1, turned), np.uint8)


def _noisy(image: Image, rng: np.random.Generator, sigma: float) -> Image:
    noise = rng.standard_normal(image.shape, np.float32) * np.float32(sigma)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def _jpeg(image: Image, quality: int) -> Image:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
