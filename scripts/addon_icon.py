"""Draw the Home Assistant add-on's icon.png from the pages' icon.svg, with its few shapes.

.venv/bin/python scripts/addon_icon.py
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np

from haredge.opencv import cv2

ROOT: Final = Path(__file__).parents[1]
SVG: Final = ROOT / "haredge" / "web" / "static" / "icon.svg"
PNG: Final = ROOT / "homeassistant" / "addon" / "haredge" / "icon.png"
SIDE: Final = 128
FINE: Final = 8
"""Drawn that much larger, and made smaller: smooth edges."""

WHITE: Final = (255, 255, 255, 255)


def main() -> None:
    """Draw it and write it."""
    svg = SVG.read_text()
    unit = SIDE * FINE / 32  # of the drawing's 32
    image = np.zeros((SIDE * FINE, SIDE * FINE, 4), np.uint8)
    red, green, blue = bytes.fromhex(_found(r'<rect[^>]* fill="#([0-9a-f]{6})"', svg))
    corner = round(float(_found(r'<rect[^>]* rx="([\d.]+)"', svg)) * unit)
    end = SIDE * FINE - 1 - corner
    for start, stop in (((0, corner), (end + corner, end)), ((corner, 0), (end, end + corner))):
        cv2.rectangle(image, start, stop, (blue, green, red, 255), -1)
    for x in (corner, end):
        for y in (corner, end):
            cv2.circle(image, (x, y), corner, (blue, green, red, 255), -1)
    width = round(float(_found(r'stroke-width="([\d.]+)"', svg)) * unit)
    x, y, r = (round(float(_found(rf'<circle[^>]* {name}="([\d.]+)"', svg)) * unit) for name in ("cx", "cy", "r"))
    cv2.circle(image, (x, y), r, WHITE, width)
    for line in _found(r'<path d="M([^"]+)"', svg).split("M"):
        points = np.array(re.findall(r"[\d.]+", line), float).reshape(-1, 2) * unit
        cv2.polylines(image, [np.rint(points).astype(np.int32)], False, WHITE, width)
    small = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(PNG), small)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"{SVG} has no {pattern}")
    return found[1]


if __name__ == "__main__":
    main()
