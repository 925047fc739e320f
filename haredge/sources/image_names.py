"""In which order people count images."""

from __future__ import annotations

import re
from pathlib import Path


def natural(path: Path) -> list[tuple[int, str]]:
    """Return a key that sorts numbers inside names by their value: frame2 before frame10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", str(path))]
