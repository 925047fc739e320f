"""Words on an image."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from haredge.core.types import Image
from haredge.opencv import cv2
from haredge.video.palette import Colour

_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_CAP_PX: Final = 22.0
"""Height of a capital letter of the font at a scale of 1."""


@dataclass(frozen=True, slots=True)
class Pen:
    """How words are written."""

    height_px: float
    """Height of a capital letter."""
    colour: Colour
    bold: bool = False

    @property
    def scale(self) -> float:
        """OpenCV's measure of the same."""
        return self.height_px / _CAP_PX

    @property
    def thickness_px(self) -> int:
        """Width of a stroke."""
        return max(1, round(self.height_px / (8 if self.bold else 11)))


def width_px(words: str, pen: Pen) -> int:
    """Return how wide words will be."""
    size = cv2.getTextSize(_drawable(words), _FONT, pen.scale, pen.thickness_px)[0]
    return int(size[0])


def write(image: Image, words: str, left: float, baseline: float, pen: Pen) -> None:
    """Write words whose first letter stands at ``left`` on ``baseline``."""
    place = (round(left), round(baseline))
    cv2.putText(image, _drawable(words), place, _FONT, pen.scale, bgr(pen.colour), pen.thickness_px, cv2.LINE_AA)


def write_to(image: Image, words: str, right: float, baseline: float, pen: Pen) -> None:
    """Write words that end at ``right``."""
    write(image, words, right - width_px(words, pen), baseline, pen)


def shortened(words: str, pen: Pen, most_px: float) -> str:
    """Return words cut down to a width, with two dots at the end where something is missing."""
    if width_px(words, pen) <= most_px:
        return words
    while words and width_px(f"{words}..", pen) > most_px:
        words = words[:-1].rstrip()
    return f"{words}.." if words else ""


def bgr(colour: Colour) -> Colour:
    """Return a colour in OpenCV's order."""
    return colour[::-1]


def _drawable(words: str) -> str:
    """Return words in the letters that OpenCV's font has: accents are dropped, what is left over becomes "?"."""
    plain = unicodedata.normalize("NFKD", words)
    return "".join(c for c in plain if not unicodedata.combining(c)).encode("ascii", "replace").decode()
