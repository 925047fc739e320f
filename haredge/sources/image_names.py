"""Which files of a folder are images, and in which order people count them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

SUFFIXES: Final = frozenset({".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"})
"""Files of a folder that are taken for images, in small or capital letters."""


def natural(path: Path) -> list[tuple[int, str]]:
    """Return a key that sorts numbers inside names by their value: frame2 before frame10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", str(path))]
