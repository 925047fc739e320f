"""Labelled videos in which people are harder to see: in the dusk, or from twice as far away."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.types import Image
from haredge.opencv import cv2
from research.falls.videos import LabelledVideo
from research.rewritten import rewrite

LIGHT: Final = (0.22, 0.4)
"""Least and most of the light that is left in the dusk."""
NOISE: Final = (3.0, 6.0)
"""Least and most standard deviation of the sensor's noise there, of 255."""
GREY: Final = 0.3
"""Share of the videos whose camera then shows no colours."""
SHARE: Final = 0.55
"""Size of what is far away, by its own."""
AT: Final = (0.7, 0.4)
"""Where it lies: share of the height left free that is above it, of the width that is to its left."""
ROUND_PX: Final = 25.0
"""How far the ground around it is blurred: the standard deviation of a bell, in pixels."""

Way = Callable[[Iterable[Image], np.random.Generator], Iterator[Image]]


def dusk(images: Iterable[Image], rng: np.random.Generator) -> Iterator[Image]:
    """Yield images with little light, a weak lens and a sensor's noise."""
    light, noise, grey = rng.uniform(*LIGHT), rng.uniform(*NOISE), rng.random() < GREY
    for image in images:
        dim = cv2.GaussianBlur(image.astype(np.float32) * light, (0, 0), 0.8) + rng.normal(0, noise, image.shape)
        seen = np.clip(dim, 0, 255).astype(np.uint8)
        yield np.asarray(cv2.cvtColor(cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR) if grey else seen)


def far(images: Iterable[Image], rng: np.random.Generator) -> Iterator[Image]:
    """Yield images shrunk, in front of a blurred piece of themselves."""
    for image in images:
        height, width = image.shape[:2]
        piece = cv2.GaussianBlur(image[: height // 4, : width // 4], (0, 0), ROUND_PX / 4)
        ground = cv2.resize(piece, (width, height))
        ground = np.clip(ground + rng.normal(0, 2, ground.shape), 0, 255).astype(np.uint8)
        small = cv2.resize(image, None, fx=SHARE, fy=SHARE, interpolation=cv2.INTER_AREA)
        above, beside = height - small.shape[0], width - small.shape[1]
        top, left = int(above * AT[0]), int(beside * AT[1])
        ground[top : top + small.shape[0], left : left + small.shape[1]] = small
        yield ground


WAYS: Final[Mapping[str, Way]] = {"dusk": dusk, "far": far}


@dataclass(frozen=True)
class HarderVideo(LabelledVideo):
    """A labelled video as one of the :data:`WAYS` shows it, the same each time."""

    way: str

    @contextmanager
    def file(self) -> Iterator[Path]:
        """Give the video as a file."""
        rng = np.random.default_rng(zlib.crc32((self.way + self.name).encode()))
        with super().file() as path, tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "video.avi")
            rewrite(path, out, lambda images: WAYS[self.way](images, rng))
            yield out


def harder(video: LabelledVideo, way: str) -> HarderVideo:
    """Return a video as one of the :data:`WAYS` shows it."""
    return HarderVideo(**vars(video), way=way)
